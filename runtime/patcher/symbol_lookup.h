// What the names in a patch stand for in one process: first the target's own symbols (manifest or mapfile), then what
// the loaded objects export, by the dynamic loader's rules.
#pragma once

#include "runtime/core/relocate.h"
#include "runtime/core/resolve.h"
#include "runtime/core/result.h"
#include "runtime/patcher/patch_files.h"
#include "runtime/patcher/target_session.h"

#include <string>
#include <vector>

namespace livepatch {

class SymbolLookup {
public:
  // `targets[i]` is the index of the patch's target object i among the session's modules.
  SymbolLookup(const TargetSession &session, const PatchFiles &patch, std::vector<std::size_t> targets);

  [[nodiscard]] Result<SymbolValue> valueOf(const ElfSymbol &undefined) const;
  [[nodiscard]] Result<RuntimeAddr> exported(const std::string &name) const;

private:
  [[nodiscard]] Result<SymbolValue> fromModules(const SymbolRequest &request) const;
  const TargetSession *session_;
  const PatchFiles *patch_;
  std::vector<std::size_t> targets_;
  std::vector<LoadedObject> scope_;
};

// The module that each target object of the patch is, found by build-id. Mismatch names what is loaded instead.
[[nodiscard]] Result<std::vector<std::size_t>> matchTargets(const TargetSession &session, const PatchFiles &patch);

} // namespace livepatch

// What the names in a patch stand for in one process: first the target's own symbols (manifest or mapfile), then what
// the loaded objects export, by the dynamic loader's rules.
#pragma once

#include "runtime/core/elf_view.h"
#include "runtime/core/relocate.h"
#include "runtime/core/result.h"
#include "runtime/patcher/patch_files.h"
#include "runtime/patcher/process_symbols.h"
#include "runtime/patcher/target_session.h"

#include <optional>
#include <string>
#include <vector>

namespace livepatch {

// Where the symbols of one object of a patch are in the process: a target, or behind the targets a parent's region.
struct PatchObject {
  std::string name;
  LoadBias bias;
  AddressRange range;
  std::optional<std::size_t> module = {}; // of the session; none for a parent
};

class SymbolLookup {
public:
  // As if the objects that the patch changes referred to its symbols themselves, and then what the patch itself needs.
  SymbolLookup(const TargetSession &session, const PatchFiles &patch, const ElfView &view,
               std::vector<PatchObject> objects);

  [[nodiscard]] Result<SymbolValue> valueOf(const ElfSymbol &undefined, SymbolUse use) const;
  [[nodiscard]] Result<RuntimeAddr> exported(const std::string &name) const;

private:
  const PatchFiles *patch_;
  std::vector<PatchObject> objects_;
  ProcessSymbols process_;
};

// The modules that the patch's target objects are, found by build-id, and the regions of its parents. Mismatch names
// what is loaded instead, Refused the parent that is not there.
[[nodiscard]] Result<std::vector<PatchObject>> matchTargets(const TargetSession &session, const PatchFiles &patch);

} // namespace livepatch

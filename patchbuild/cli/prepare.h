// The first half of `create` and `explain`: from the user's words to the two sides that the decision compares.
#pragma once

#include "patchbuild/cache/compiler_cache.h"
#include "patchbuild/cli/options.h"
#include "patchbuild/compile/recompile.h"
#include "patchbuild/parents/parent_patch.h"
#include "patchbuild/source/build_inputs.h"
#include "patchbuild/source/change.h"
#include "patchbuild/source/scratch_folder.h"
#include "runtime/core/map.h"

#include <memory>
#include <string>
#include <vector>

namespace livepatch {

struct Prepared {
  std::unique_ptr<Map> map; // the target's, with the parents laid over it; `units` point into it
  SourceChange change;
  Toolchain toolchain;
  std::vector<CompiledUnit> units; // sorted by id; empty: no unit of the target reads a changed file
  std::vector<std::string> warnings;
  std::unique_ptr<CompilerCache> cache; // null: none
  BuildInputs unread;                   // changed files that no compile reads
  ScratchFolder scratch;                // free for the later steps, too
  std::vector<ParentPatch> parents;
  [[nodiscard]] std::vector<ManifestParent> parentNames() const;
};

// For compiles whose files go into that folder of the scratch folder.
[[nodiscard]] CompileSettings settingsFor(const Options &options, const Prepared &prepared, const std::string &folder);

[[nodiscard]] Result<Prepared> prepare(const Options &options);

} // namespace livepatch

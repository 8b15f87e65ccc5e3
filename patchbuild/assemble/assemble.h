// Makes the three files of a patch from a plan, and puts them where the user wants them: all of them or none.
#pragma once

#include "patchbuild/compile/toolchain.h"
#include "patchbuild/decide/verdict.h"
#include "patchbuild/target/image.h"
#include "runtime/core/result.h"

#include <string>
#include <vector>

namespace livepatch {

struct AssembleInput {
  const Map &map;
  const Verdict &verdict;
  const TargetImage &image;
  const SourceChange &change;
  const Toolchain &toolchain;
  std::string scratch; // existing folder
  std::string name;    // of the patch
  const std::vector<ManifestParent> &parents;
  bool replaces = false;
};

struct AssembledPatch {
  Manifest manifest;
  std::string folder; // holds NAME.so, NAME.cmd and NAME.json, in the scratch folder
};

[[nodiscard]] Result<AssembledPatch> assemblePatch(const AssembleInput &input);

// Copies the folder beside `output` and renames it there in one step. What stood there before is replaced only if it
// is a patch folder of ours, else Usage.
[[nodiscard]] Result<void> publishPatch(const AssembledPatch &patch, const std::string &output);

// Whether `output` may be written; asked before the work begins.
[[nodiscard]] Result<void> checkOutput(const std::string &output);

} // namespace livepatch

// From bitcode to NAME.so: extraction and machine code for each unit, then one link.
#pragma once

#include "patchbuild/compile/toolchain.h"
#include "patchbuild/decide/verdict.h"
#include "patchbuild/target/image.h"
#include "runtime/core/result.h"

#include <string>

namespace livepatch {

struct LinkInput {
  const PatchPlan &plan;
  const TargetImage &image;
  const Toolchain &toolchain;
  const Compiler &compiler; // of the target's units; it drives the link
  std::string scratch;      // existing folder
  std::string name;         // of the patch
  std::string record;       // assembly of what the patch tells about itself
};

// The path of the linked patch, in the scratch folder.
[[nodiscard]] Result<std::string> linkPatch(const LinkInput &input);

} // namespace livepatch

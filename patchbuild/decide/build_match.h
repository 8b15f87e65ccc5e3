// Do the two sides differ in nothing but the sources?
#pragma once

#include "patchbuild/compile/recompile.h"
#include "runtime/core/result.h"

#include <vector>

namespace livepatch {

// Mismatch, naming unit and flag, where a unit was compiled anew by another compiler, at another level or with other
// module flags than the target: machine code would differ for reasons that are not in the sources.
[[nodiscard]] Result<void> checkSameBuild(const std::vector<CompiledUnit> &units);

} // namespace livepatch

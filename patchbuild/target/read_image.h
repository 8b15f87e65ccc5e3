// Reads a TargetImage from the target's ELF file and from the libraries that it needs.
#pragma once

#include "patchbuild/target/image.h"
#include "runtime/core/result.h"

#include <string>

namespace livepatch {

[[nodiscard]] Result<TargetImage> readImage(const std::string &elfPath);

} // namespace livepatch

// Whole files, written.
#pragma once

#include "runtime/core/result.h"

#include <string>
#include <string_view>

namespace livepatch {

[[nodiscard]] Result<void> writeTextFile(const std::string &path, std::string_view text);

} // namespace livepatch

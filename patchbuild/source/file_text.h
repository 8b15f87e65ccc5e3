// Whole files in and out, with errors that name the file.
#pragma once

#include "runtime/core/result.h"

#include <string>
#include <string_view>

namespace livepatch {

// NotFound where there is no such file; never a directory or a device.
[[nodiscard]] Result<std::string> readFileText(const std::string &path);

// Makes the folders above it.
[[nodiscard]] Result<void> writeFileText(const std::string &path, std::string_view text);

} // namespace livepatch

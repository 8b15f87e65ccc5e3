// Which programs make an analysis: another one makes another result.
#pragma once

#include "runtime/core/result.h"

#include <string>

namespace livepatch {

// Lines that are the same only while the compiler, the libraries that it loads and the plugin are the same files.
[[nodiscard]] Result<std::string> toolIdentity(const std::string &compiler, const std::string &plugin);

} // namespace livepatch

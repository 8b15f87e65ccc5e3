// Files whose content will run inside of another process, read only from those who are allowed to decide that.
#pragma once

#include "runtime/core/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace livepatch {

// While this process runs as root: Permission unless file and folder belong to root or to the user who called (sudo
// included), and neither is writable by everybody.
[[nodiscard]] Result<std::vector<std::uint8_t>> readTrustedFile(const std::string &path);

} // namespace livepatch

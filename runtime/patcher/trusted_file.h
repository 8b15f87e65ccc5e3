// Files whose content will run inside of another process, read only from those who are allowed to decide that.
#pragma once

#include "runtime/core/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace livepatch {

// While this process may work on other users' processes (root, CAP_SYS_PTRACE): Permission unless the file, every
// folder on its path and every symbolic link that leads there belong to root or to the user who called (sudo and pkexec
// included), and nobody else can write to them, by mode or by access list. Checked and read through one descriptor.
[[nodiscard]] Result<std::vector<std::uint8_t>> readTrustedFile(const std::string &path);

} // namespace livepatch

// Files of /proc, read whole: they have no size, and each read must be one consistent snapshot where the kernel gives
// one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace livepatch {

// The contents, or nothing with errno set (ENOENT and ESRCH mean that the task is gone).
[[nodiscard]] std::optional<std::string> readProcFile(const std::string &path);

// What a symbolic link of /proc points at, as the kernel prints it.
[[nodiscard]] std::optional<std::string> readProcLink(const std::string &path);

// The value behind `key:` in a text like /proc/PID/status, without leading blanks; empty where there is no such line.
[[nodiscard]] std::string statusField(std::string_view status, std::string_view key);

// The same for a set of bits, which the kernel writes in hexadecimal (SigBlk, CapEff); 0 where there is no such line.
[[nodiscard]] std::uint64_t statusBits(std::string_view status, std::string_view key);

// The numeric entries of a folder (/proc or /proc/PID/task), sorted.
[[nodiscard]] std::vector<pid_t> numericEntries(const std::string &directory);

} // namespace livepatch

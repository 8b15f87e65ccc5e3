// Bytes as rows of hexadecimal digits, as files and messages carry them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

[[nodiscard]] std::string hexText(std::span<const std::uint8_t> bytes);                 // lower case
[[nodiscard]] std::string addressText(std::uint64_t value);                             // "0x401136"
[[nodiscard]] int hexDigit(char c);                                                     // -1: none
[[nodiscard]] std::optional<std::vector<std::uint8_t>> hexBytes(std::string_view text); // whole pairs only

} // namespace livepatch

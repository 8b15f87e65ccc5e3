// The SHA-256 of bytes: the identity of a patch, and what a manifest says about its files.
#pragma once

#include "runtime/core/hex.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace livepatch {

using ContentHash = std::array<std::uint8_t, 32>;

[[nodiscard]] ContentHash contentHash(std::span<const std::uint8_t> bytes);
[[nodiscard]] ContentHash contentHash(std::string_view text);

} // namespace livepatch

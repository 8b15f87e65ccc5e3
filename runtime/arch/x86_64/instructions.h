// The few x86-64 instructions that redirecting needs: entry padding, the jump, the dispatch stub.
//
// Encoders and decoders read the same byte tables (instructions.cpp).
#pragma once

#include "runtime/arch/architecture.h"

namespace livepatch::x86_64 {

inline constexpr std::size_t entrySize = 5;
// The far form has 40 bytes; 16-byte alignment keeps every stub's first instruction in one cache line.
inline constexpr std::size_t stubSize = 48;

[[nodiscard]] bool isEntryPadding(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::optional<std::size_t> findEntryPadding(std::span<const std::uint8_t> firstBytes);
[[nodiscard]] Result<std::vector<std::uint8_t>> encodeJump(RuntimeAddr from, RuntimeAddr to);
[[nodiscard]] std::optional<RuntimeAddr> decodeJump(RuntimeAddr from, std::span<const std::uint8_t> bytes);
[[nodiscard]] Result<std::vector<std::uint8_t>> encodeStub(const DispatchStub &stub);
[[nodiscard]] bool isLazyStub(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::optional<LinkAddr> decodeSlotJump(LinkAddr at, std::span<const std::uint8_t> bytes);
[[nodiscard]] std::vector<RuntimeAddr> addressesFormed(RuntimeAddr at, std::span<const std::uint8_t> code);
[[nodiscard]] std::optional<DispatchStub> decodeStub(RuntimeAddr at, std::span<const std::uint8_t> bytes);

} // namespace livepatch::x86_64

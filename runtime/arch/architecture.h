// What differs between processors: one constant table for each. Nothing outside runtime/arch knows an instruction.
//
// Pure: bytes in, bytes out. A new processor is a folder beside x86_64/ and one line in architecture.cpp.
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace livepatch {

// While the flag is 0, a call goes to `previous`; while LP_FLAG_CLOSED is set, it waits in the routine whose address
// lies LP_FLAG_TO_WAIT behind the flag; else it goes to `next`.
struct DispatchStub {
  RuntimeAddr at, flag, previous, next;
  bool operator==(const DispatchStub &) const = default;
};

enum class RelocationKind {
  None,
  Relative,          // bias + addend
  Absolute,          // symbol + addend
  SymbolSlot,        // symbol, addend ignored (GLOB_DAT)
  CallSlot,          // the same, and only called through (JUMP_SLOT)
  ThreadOffset,      // TPOFF64
  ThreadModule,      // DTPMOD64
  ThreadBlockOffset, // DTPOFF64
  ThreadDescriptor,  // TLSDESC
  Indirect,          // IRELATIVE
  Copy,
  Unsupported,
};

struct RemoteSyscalls { // numbers
  long mmap, mprotect, munmap, madvise, prctl, getpid, membarrier;
};

// The agent: position-independent machine code that is copied into the target (see x86_64/agent.S).
struct AgentCode {
  std::span<const std::uint8_t> syscallStub; // stands alone; begins at its entry, ends with a marker
  std::span<const std::uint8_t> routines; // commit/revert, syscall stub and hook in one piece; needs no alignment > 16
  std::size_t commitOffset = 0, syscallOffset = 0, waitOffset = 0, findObjectOffset = 0; // entries in `routines`
  // Two 8-byte numbers in `routines` to fill in before it is copied: the region header's address, the next function.
  std::size_t headerOffset = 0, findObjectNextOffset = 0;
};

struct Architecture {
  std::string_view name; // "x86_64", as in maps and manifests
  std::uint16_t elfMachine = 0;
  std::size_t pointerSize = 0;
  std::size_t entrySize = 0; // bytes of padding = bytes of the jump
  std::size_t stubSize = 0;  // room that each dispatch stub takes, alignment included
  std::uint64_t reach = 0;   // a jump goes this far at most (with slack)
  std::uint32_t relativeRelocation = 0;
  RemoteSyscalls syscalls{};
  AgentCode agent;

  bool (*isEntryPadding)(std::span<const std::uint8_t> bytes) = nullptr; // the entrySize bytes at the padding
  // Where the padding begins in a function whose first bytes are given (behind endbr64, if there is one).
  std::optional<std::size_t> (*findEntryPadding)(std::span<const std::uint8_t> firstBytes) = nullptr;
  Result<std::vector<std::uint8_t>> (*encodeJump)(RuntimeAddr from, RuntimeAddr to) = nullptr;
  std::optional<RuntimeAddr> (*decodeJump)(RuntimeAddr from, std::span<const std::uint8_t> bytes) = nullptr;
  Result<std::vector<std::uint8_t>> (*encodeStub)(const DispatchStub &stub) = nullptr; // stubSize bytes
  std::optional<DispatchStub> (*decodeStub)(RuntimeAddr at, std::span<const std::uint8_t> bytes) = nullptr;
  // The slot that the linker's stub for an indirect function at `at` jumps through, if `bytes` are such a stub.
  std::optional<LinkAddr> (*decodeSlotJump)(LinkAddr at, std::span<const std::uint8_t> bytes) = nullptr;
  // Whether a linker's stub begins here that has the loader look its function up at the first call.
  bool (*isLazyStub)(std::span<const std::uint8_t> bytes) = nullptr;
  // Addresses that code at `at` may put into a register (lea): at every offset, so rather too many than too few.
  std::vector<RuntimeAddr> (*addressesFormed)(RuntimeAddr at, std::span<const std::uint8_t> code) = nullptr;
  RelocationKind (*relocationKind)(std::uint32_t type) = nullptr;
};

// By ELF machine number; Mismatch for a processor that is not supported.
[[nodiscard]] Result<const Architecture *> architectureFor(std::uint16_t elfMachine);
[[nodiscard]] Result<const Architecture *> architectureNamed(std::string_view name);

} // namespace livepatch

// Machine code taken apart: instructions whose operands say what is a number and what is an address.
//
// Pure. Encodings that mean the same (short and long branches, immediates of one or four bytes) come out the same, and
// padding between blocks is left out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace livepatch {

enum class OperandKind : std::uint8_t {
  Register,
  Memory,    // registers and a displacement
  Located,   // memory at a known address
  Immediate, // a number
  Code,      // a branch target
};

struct CodeOperand {
  OperandKind kind = OperandKind::Register;
  std::uint16_t base = 0, index = 0, segment = 0, bits = 0; // Register: in `base`
  std::uint8_t scale = 0;
  bool threadRelative = false; // memory relative to the thread pointer, by displacement only
  std::int64_t number = 0;     // displacement or immediate
  std::uint64_t address = 0;   // Located, Code
};

struct CodeInstruction {
  std::uint64_t address = 0;
  std::uint16_t mnemonic = 0;
  std::uint64_t prefixes = 0; // lock, rep
  bool loads = false;         // a plain move out of memory
  bool computesAddress = false;
  std::uint8_t operandCount = 0;
  std::array<CodeOperand, 5> operands;
};

struct MachineCode {
  std::uint64_t begin = 0, end = 0;
  std::vector<CodeInstruction> instructions;
  std::uint64_t undecoded = 0; // from here on it is no code that the decoder knows; `end`: all was decoded
  bool readsDistances = false; // 32-bit numbers out of a table, made 64 bits wide
  [[nodiscard]] bool holds(std::uint64_t at) const { return at >= begin && at < end; }
  // The number of the first instruction at or behind `at`.
  [[nodiscard]] std::size_t indexAt(std::uint64_t at) const;
};

[[nodiscard]] MachineCode decodeCode(std::uint64_t at, std::span<const std::uint8_t> bytes);

// The slot that a stub of the procedure linkage table at `at` jumps through.
[[nodiscard]] std::optional<std::uint64_t> linkageSlot(std::uint64_t at, std::span<const std::uint8_t> bytes);

// An instruction's text for a message, branch targets and addresses as absolute numbers.
[[nodiscard]] std::string disassemble(std::uint64_t at, std::span<const std::uint8_t> bytes);

} // namespace livepatch

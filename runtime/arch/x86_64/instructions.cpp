#include "runtime/arch/x86_64/instructions.h"

#include "runtime/core/region_offsets.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>

namespace livepatch::x86_64 {
namespace {

using Code = std::span<const std::uint8_t>;

// What the plugin emits, and what patchable-function-entry=5 gives with older compilers; both are one instruction, so
// no thread can stop inside of it.
constexpr std::array<std::array<std::uint8_t, entrySize>, 2> entryNops = {{
    {0x0f, 0x1f, 0x44, 0x00, 0x08}, // nopl 8(%rax,%rax)
    {0x0f, 0x1f, 0x44, 0x00, 0x00}, // nopl 0(%rax,%rax)
}};
constexpr std::array<std::uint8_t, 4> endbr64 = {0xf3, 0x0f, 0x1e, 0xfa};
// Between endbr64 and the padding: right behind it the padding would straddle two 8-byte words.
constexpr std::array<std::uint8_t, 4> entryFill = {0x0f, 0x1f, 0x40, 0x00}; // nopl 0(%rax)

constexpr std::uint8_t jumpOpcode = 0xe9; // jmp rel32

// Where the numbers stand in a stub form. A relative number counts from the end of its instruction.
struct Field {
  std::size_t at, size, instructionEnd;
};
template <std::size_t N>
struct StubForm {
  std::array<std::uint8_t, N> code; // numbers as zeros
  Field flag, previous, next, wait; // wait: of size 0 where it is reached through the flag's address
};

// Flags and r11 are dead at a function's entry (psABI 3.2.1: r11 is the linker's scratch register). A closed flag has
// its sign bit set: then the thread waits in the agent's routine until the switch has come to its end, and looks again.
constexpr StubForm<28> nearStub = {{
                                       0x80, 0x3d, 0, 0, 0, 0, 0x00, // 1: cmpb $0, flag(%rip)
                                       0x0f, 0x84, 0, 0, 0, 0,       // je   previous
                                       0x78, 0x05,                   // js   2f
                                       0xe9, 0,    0, 0, 0,          // jmp  next
                                       0xff, 0x15, 0, 0, 0, 0,       // 2: call *wait(%rip)
                                       0xeb, 0xe4,                   // jmp  1b
                                   },
                                   {2, 4, 7},
                                   {9, 4, 13},
                                   {16, 4, 20},
                                   {22, 4, 26}};
// For a module that the flag or the patch is too far from. `previous` is in or near the module, thus near the stub.
constexpr StubForm<41> farStub = {{
                                      0x49, 0xbb, 0,    0,
                                      0,    0,    0,    0,
                                      0,    0,                // 1: movabs $flag, %r11
                                      0x41, 0x80, 0x3b, 0x00, // cmpb $0, (%r11)
                                      0x0f, 0x84, 0,    0,
                                      0,    0,    // je   previous
                                      0x78, 0x0d, // js   2f
                                      0x49, 0xbb, 0,    0,
                                      0,    0,    0,    0,
                                      0,    0,                           // movabs $next, %r11
                                      0x41, 0xff, 0xe3,                  // jmp  *%r11
                                      0x41, 0xff, 0x53, LP_FLAG_TO_WAIT, // 2: call *wait-flag(%r11)
                                      0xeb, 0xd7,                        // jmp  1b
                                  },
                                  {2, 8, 0},
                                  {16, 4, 20},
                                  {24, 8, 0},
                                  {0, 0, 0}};

std::optional<std::int32_t> displacement(RuntimeAddr instructionEnd, RuntimeAddr to) {
  const auto distance = static_cast<std::int64_t>(to.value - instructionEnd.value);
  if (distance < INT32_MIN || distance > INT32_MAX)
    return std::nullopt;
  return static_cast<std::int32_t>(distance);
}

// False: the number does not fit.
bool putField(std::span<std::uint8_t> code, const Field &field, RuntimeAddr at, RuntimeAddr to) {
  if (field.size == 8) {
    std::memcpy(&code[field.at], &to.value, 8);
    return true;
  }
  const auto relative = displacement(at + field.instructionEnd, to);
  if (relative)
    std::memcpy(&code[field.at], &*relative, 4);
  return relative.has_value();
}

RuntimeAddr takeField(Code code, const Field &field, RuntimeAddr at) {
  if (field.size == 8) {
    RuntimeAddr absolute;
    std::memcpy(&absolute.value, &code[field.at], 8);
    return absolute;
  }
  std::int32_t relative = 0;
  std::memcpy(&relative, &code[field.at], 4);
  return at + field.instructionEnd + static_cast<std::uint64_t>(std::int64_t{relative});
}

template <std::size_t N>
std::optional<std::vector<std::uint8_t>> fill(const StubForm<N> &form, const DispatchStub &stub) {
  std::vector<std::uint8_t> code(stubSize, 0xcc); // the rest is int3
  std::copy(form.code.begin(), form.code.end(), code.begin());
  if (!putField(code, form.flag, stub.at, stub.flag) || !putField(code, form.previous, stub.at, stub.previous) ||
      !putField(code, form.next, stub.at, stub.next) ||
      (form.wait.size && !putField(code, form.wait, stub.at, stub.flag + LP_FLAG_TO_WAIT)))
    return std::nullopt;
  return code;
}

template <std::size_t N>
std::optional<DispatchStub> match(const StubForm<N> &form, RuntimeAddr at, Code bytes) {
  if (bytes.size() < N)
    return std::nullopt;
  std::array<std::uint8_t, N> blank;
  std::copy_n(bytes.begin(), N, blank.begin());
  for (const Field &field : {form.flag, form.previous, form.next, form.wait})
    std::fill_n(&blank[field.at], field.size, 0);
  if (blank != form.code)
    return std::nullopt;
  if (form.wait.size && takeField(bytes, form.wait, at) != takeField(bytes, form.flag, at) + LP_FLAG_TO_WAIT)
    return std::nullopt;
  return DispatchStub{at, takeField(bytes, form.flag, at), takeField(bytes, form.previous, at),
                      takeField(bytes, form.next, at)};
}

} // namespace

bool isEntryPadding(Code bytes) {
  if (bytes.size() < entrySize)
    return false;
  return std::any_of(entryNops.begin(), entryNops.end(),
                     [&](const auto &nop) { return std::equal(nop.begin(), nop.end(), bytes.begin()); });
}

std::optional<std::size_t> findEntryPadding(Code firstBytes) {
  const auto startsWith = [&](std::size_t at, Code prefix) {
    return at + prefix.size() <= firstBytes.size() && std::equal(prefix.begin(), prefix.end(), &firstBytes[at]);
  };
  std::size_t at = 0;
  if (startsWith(0, endbr64))
    at = startsWith(endbr64.size(), entryFill) ? endbr64.size() + entryFill.size() : endbr64.size();
  if (at + entrySize > firstBytes.size() || !isEntryPadding(firstBytes.subspan(at)))
    return std::nullopt;
  return at;
}

Result<std::vector<std::uint8_t>> encodeJump(RuntimeAddr from, RuntimeAddr to) {
  const auto relative = displacement(from + entrySize, to);
  if (!relative)
    return error(Fault::Internal, fmt::format("a jump from {:#x} to {:#x} is too far", from.value, to.value));
  std::vector<std::uint8_t> code(entrySize, jumpOpcode);
  std::memcpy(&code[1], &*relative, 4);
  return code;
}

std::optional<RuntimeAddr> decodeJump(RuntimeAddr from, Code bytes) {
  if (bytes.size() < entrySize || bytes[0] != jumpOpcode)
    return std::nullopt;
  return takeField(bytes, {1, 4, entrySize}, from);
}

Result<std::vector<std::uint8_t>> encodeStub(const DispatchStub &stub) {
  if (auto code = fill(nearStub, stub))
    return std::move(*code);
  if (auto code = fill(farStub, stub))
    return std::move(*code);
  return error(Fault::Internal, fmt::format("a stub at {:#x} cannot reach {:#x}", stub.at.value, stub.previous.value));
}

std::optional<LinkAddr> decodeSlotJump(LinkAddr at, Code bytes) {
  std::size_t offset = 0;
  if (bytes.size() >= endbr64.size() && std::equal(endbr64.begin(), endbr64.end(), bytes.begin()))
    offset = endbr64.size();
  if (offset < bytes.size() && bytes[offset] == 0xf2) // bnd, of the time of MPX
    ++offset;
  constexpr std::size_t jumpSize = 6; // ff 25 rel32: jmp *slot(%rip)
  if (bytes.size() < offset + jumpSize || bytes[offset] != 0xff || bytes[offset + 1] != 0x25)
    return std::nullopt;
  std::int32_t displacement = 0;
  std::memcpy(&displacement, &bytes[offset + 2], sizeof displacement);
  return at + (offset + jumpSize) + static_cast<std::uint64_t>(static_cast<std::int64_t>(displacement));
}

bool isLazyStub(Code bytes) {
  std::size_t offset = 0;
  if (bytes.size() >= endbr64.size() && std::equal(endbr64.begin(), endbr64.end(), bytes.begin()))
    offset = endbr64.size();
  constexpr std::uint8_t pushNumber = 0x68; // 68 imm32: which slot it is
  constexpr std::size_t pushSize = 5;
  if (bytes.size() < offset + pushSize + entrySize || bytes[offset] != pushNumber)
    return false;
  offset += pushSize;
  if (bytes[offset] == 0xf2) // bnd
    ++offset;
  return bytes[offset] == jumpOpcode; // to the stub in front of all, which calls the loader
}

std::vector<RuntimeAddr> addressesFormed(RuntimeAddr at, Code code) {
  constexpr std::size_t leaSize = 7; // REX.W 8d /r with a 32-bit distance from the next instruction (mod 0, rm 5)
  std::vector<RuntimeAddr> formed;
  for (std::size_t i = 0; i + leaSize <= code.size(); ++i)
    if ((code[i] & 0xf8) == 0x48 && code[i + 1] == 0x8d && (code[i + 2] & 0xc7) == 0x05)
      formed.push_back(takeField(code.subspan(i), {3, 4, leaSize}, at + i));
  return formed;
}

std::optional<DispatchStub> decodeStub(RuntimeAddr at, Code bytes) {
  if (auto stub = match(nearStub, at, bytes))
    return stub;
  return match(farStub, at, bytes);
}

} // namespace livepatch::x86_64

// The agent's routines run in the test process itself, as a borrowed thread would run them in a target: a copy of the
// code, a way to enter it, and a region in own memory.
#pragma once

#include "runtime/arch/architecture.h"
#include "runtime/arch/x86_64/registers.h"
#include "runtime/core/region_header.h"

#include <array>
#include <csignal>
#include <cstring>
#include <elf.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// void enterAgent(uint64_t frame[21], const uint64_t call[4], uint64_t out[16])
// Does what the tool does to a borrowed thread: the stack pointer at the saved frame, call = entry, rax, rdi, rsi. The
// frame resumes here, where all registers are stored to `out`: r15 r14 r13 r12 rbp rbx r11 ... rax as in the frame,
// flags.
asm(R"(
        .text
enterAgent:
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        push    %rdx
        lea     1f(%rip), %rax
        mov     %rax, 16*8(%rdi)
        mov     %cs, %eax
        mov     %rax, 17*8(%rdi)
        mov     %rsp, 19*8(%rdi)
        mov     %ss, %eax
        mov     %rax, 20*8(%rdi)
        mov     %rdi, %rsp
        mov     %rsi, %r9
        mov     8(%r9), %rax
        mov     16(%r9), %rdi
        mov     24(%r9), %rsi
        jmp     *(%r9)
1:      pushfq
        push    %rax
        mov     16(%rsp), %rax
        mov     %r15, (%rax)
        mov     %r14, 8(%rax)
        mov     %r13, 16(%rax)
        mov     %r12, 24(%rax)
        mov     %rbp, 32(%rax)
        mov     %rbx, 40(%rax)
        mov     %r11, 48(%rax)
        mov     %r10, 56(%rax)
        mov     %r9, 64(%rax)
        mov     %r8, 72(%rax)
        mov     %rcx, 80(%rax)
        mov     %rdx, 88(%rax)
        mov     %rsi, 96(%rax)
        mov     %rdi, 104(%rax)
        pop     %rcx
        mov     %rcx, 112(%rax)
        pop     %rcx
        mov     %rcx, 120(%rax)
        cld
        pop     %rdx
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret
)");
extern "C" void enterAgent(void *frame, const std::uint64_t *call, std::uint64_t *out) asm("enterAgent");

namespace livepatch {

inline const Architecture &architecture() {
  return **architectureFor(EM_X86_64);
}

// A copy of the agent in fresh pages: nothing but its own bytes may be needed.
class AgentCopy {
public:
  AgentCopy() {
    const auto code = architecture().agent.routines;
    memory_ =
        static_cast<std::uint8_t *>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    std::copy(code.begin(), code.end(), memory_);
  }
  ~AgentCopy() { munmap(memory_, 4096); }
  AgentCopy(const AgentCopy &) = delete;
  AgentCopy &operator=(const AgentCopy &) = delete;
  void setNumber(std::size_t offset, std::uint64_t value) { std::memcpy(memory_ + offset, &value, 8); }
  std::uint64_t ready(std::size_t offset) { // from here on executable and no longer writable
    mprotect(memory_, 4096, PROT_READ | PROT_EXEC);
    return reinterpret_cast<std::uint64_t>(memory_) + offset;
  }

private:
  std::uint8_t *memory_ = nullptr;
};

inline constexpr std::uint64_t directionFlag = 0x400;
inline constexpr std::uint64_t givenBack = std::uint64_t{1} << (SIGUSR2 - 1); // the mask that a gated commit leaves

// Enters `entry` as a borrowed thread; returns the result slot. Fails the test where a register does not come back.
inline std::uint64_t enter(std::uint64_t entry, std::uint64_t rax, std::uint64_t rdi, std::uint64_t rsi) {
  x86_64::Registers saved;
  saved.r15 = 1, saved.r14 = 2, saved.r13 = 3, saved.r12 = 4, saved.rbp = 5, saved.rbx = 6, saved.r11 = 7,
  saved.r10 = 8;
  saved.r9 = 9, saved.r8 = 10, saved.rcx = 11, saved.rdx = 12, saved.rsi = 13, saved.rdi = 14, saved.rax = 15;
  saved.eflags = 0x202 | directionFlag;
  // What lies right below the frame is not the agent's.
  alignas(16) std::array<std::uint8_t, 64 + sizeof(x86_64::SavedFrame)> stack;
  stack.fill(0xa5);
  const x86_64::SavedFrame frame = x86_64::encodeSavedFrame(saved, givenBack);
  std::copy(frame.begin(), frame.end(), stack.begin() + 64);
  const std::uint64_t call[] = {entry, rax, rdi, rsi};
  std::uint64_t out[16] = {};
  enterAgent(&stack[64], call, out);
  for (std::uint64_t i = 0; i < 15; ++i)
    EXPECT_EQ(out[i], i + 1) << "register " << i;
  EXPECT_NE(out[15] & directionFlag, 0u);
  for (std::size_t i = 0; i < 64; ++i)
    EXPECT_EQ(stack[i], 0xa5) << "stack used";
  std::uint64_t slot = 0;
  std::memcpy(&slot, &stack[64], 8);
  return slot;
}

// A region header in this process's own memory, as the tool would put it into a target.
class OwnRegion {
public:
  OwnRegion() {
    header.name = "test";
    header.state = RegionState::Armed;
  }
  template <typename Value>
  void addData(Value &live, Value fresh, std::optional<Value> guard) {
    RegionData data;
    data.name = "x";
    data.at = {reinterpret_cast<std::uint64_t>(&live)};
    data.fresh = bytesOf(fresh);
    data.saved.resize(sizeof(Value));
    if (guard)
      data.guard = bytesOf(*guard);
    header.data.push_back(std::move(data));
  }
  std::uint64_t place() {
    bytes_.resize(encodedSize(header)); // does not depend on addresses
    header.at = {reinterpret_cast<std::uint64_t>(bytes_.data())};
    header.reserved = {header.at, header.at + bytes_.size()};
    const auto encoded = encodeRegion(header);
    EXPECT_TRUE(encoded);
    std::copy(encoded->begin(), encoded->end(), bytes_.begin());
    return header.at.value;
  }
  RegionHeader read() const { return *decodeRegion(header.at, bytes_); }
  void poke(RuntimeAddr at, std::uint64_t value, std::size_t size) {
    std::memcpy(&bytes_[static_cast<std::size_t>(at - header.at)], &value, size);
  }
  RegionHeader header;

private:
  template <typename Value>
  static std::vector<std::uint8_t> bytesOf(const Value &value) {
    std::vector<std::uint8_t> bytes(sizeof value);
    std::memcpy(bytes.data(), &value, sizeof value);
    return bytes;
  }
  std::vector<std::uint8_t> bytes_;
};

inline std::uint64_t blockedSignals() {
  std::uint64_t mask = 0;
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, nullptr, &mask, sizeof mask);
  return mask;
}

} // namespace livepatch

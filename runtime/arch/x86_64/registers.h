// The registers of a stopped x86-64 thread, and the frame with which remote code gives them back to it.
//
// Pure. The frame lies on the borrowed thread's own stack, below its red zone. Whatever remote code runs ends with
// "pop all; iretq" over it, so the thread resumes by itself even if the tool has died. rt_sigreturn is not used: it
// would lose the kernel's restart block of an interrupted sleep.
#pragma once

#include "runtime/core/address.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace livepatch::x86_64 {

// Member for member struct user_regs_struct of <sys/user.h>, so that runtime/linux may copy one into the other.
struct Registers {
  std::uint64_t r15 = 0, r14 = 0, r13 = 0, r12 = 0, rbp = 0, rbx = 0, r11 = 0, r10 = 0, r9 = 0, r8 = 0, rax = 0,
                rcx = 0, rdx = 0, rsi = 0, rdi = 0, orig_rax = 0, rip = 0, cs = 0, eflags = 0, rsp = 0, ss = 0,
                fs_base = 0, gs_base = 0, ds = 0, es = 0, fs = 0, gs = 0;
  bool operator==(const Registers &) const = default;
};

// Whether a handler runs before the thread goes on: then EINTR is the program's own and stays.
enum class PendingSignal { No, Yes };

// What the kernel does on its way back to user mode, done by the tool because the registers leave another way:
// restarts of an interrupted system call, and the EINTR that only the stop has caused (signal(7): epoll_wait, recv with
// a timeout, sigtimedwait, ... return it after any stop).
[[nodiscard]] Registers afterSyscallRestart(Registers stopped, PendingSignal pending);

// For a thread that leaves as it came, through the kernel's own way out: an EINTR that only the stop can have caused is
// turned into the kernel's "begin again, unless a handler is to run", which the kernel decides by itself, so no signal
// can slip in between our look and the thread's going on.
[[nodiscard]] Registers restartUnlessSignalled(Registers stopped);

inline constexpr std::size_t savedFrameWords = 22;
using SavedFrame = std::array<std::uint8_t, savedFrameWords * 8>;

// Word 0 receives the remote call's result; then r15 ... rax, rip, cs, eflags, rsp, ss, and the thread's signal mask,
// which only a gated commit gives back.
[[nodiscard]] SavedFrame encodeSavedFrame(const Registers &resumeWith, std::uint64_t signalMask);
[[nodiscard]] RuntimeAddr savedFrameAddress(const Registers &stopped);

// Registers to set on the stopped thread, the frame having been written to savedFrameAddress().
[[nodiscard]] Registers remoteSyscall(const Registers &stopped, RuntimeAddr syscallStub, long number,
                                      std::span<const std::uint64_t> arguments); // at most 6
enum class AgentCommand { Commit, Revert };
enum class Gate { None, Closed };
[[nodiscard]] Registers remoteCommit(const Registers &stopped, RuntimeAddr commitRoutine, RuntimeAddr regionHeader,
                                     AgentCommand command, Gate gate);

} // namespace livepatch::x86_64

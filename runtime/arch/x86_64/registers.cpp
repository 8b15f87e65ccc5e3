#include "runtime/arch/x86_64/registers.h"

#include "runtime/core/region_offsets.h"

#include <algorithm>
#include <cstring>

namespace livepatch::x86_64 {
namespace {

// linux/errno.h: what an interrupted system call leaves in rax while its thread is stopped on the way out.
constexpr std::int64_t errorInterrupted = -4;          // EINTR
constexpr std::int64_t restartSystem = -512;           // ERESTARTSYS
constexpr std::int64_t restartNoInterrupt = -513;      // ERESTARTNOINTR
constexpr std::int64_t restartNoHandler = -514;        // ERESTARTNOHAND
constexpr std::int64_t restartRestartBlock = -516;     // ERESTART_RESTARTBLOCK
constexpr std::uint64_t restartSyscallNumber = 219;    // restart_syscall
constexpr std::uint64_t syscallInstructionSize = 2;    // 0f 05
constexpr std::uint64_t noSyscall = ~std::uint64_t{0}; // orig_rax of a thread that was not in a system call
constexpr std::uint64_t redZone = 128;                 // psABI 3.2.2
// Remote code runs with these clear: trap, direction, nested task (with which iretq fails), alignment check.
constexpr std::uint64_t disturbingFlags = 0x100 | 0x400 | 0x4000 | 0x40000;

// signal(7), "Interruption of system calls and library functions by stop signals": these return EINTR after a stop even
// where no handler ran. They have not done anything yet, so they can begin again.
constexpr std::uint64_t interruptedByStops[] = {
    0,   1,            // read, write: on inotify, sockets with a timeout
    19,  20,           // readv, writev
    42,                // connect with a timeout
    43,  288,          // accept, accept4
    44,  45,  46,  47, // sendto, recvfrom, sendmsg, recvmsg with a timeout
    299, 307,          // recvmmsg, sendmmsg
    40,  275,          // sendfile, splice: from or to a socket with a timeout
    65,  220,          // semop, semtimedop
    69,  70,           // msgsnd, msgrcv
    128,               // rt_sigtimedwait
    202,               // futex
    208, 333,          // io_getevents, io_pgetevents
    232, 281, 441,     // epoll_wait, epoll_pwait, epoll_pwait2
    426,               // io_uring_enter
    285,               // fallocate on tmpfs, which has undone its work then (shmem_fallocate in mm/shmem.c)
};

bool isInterruptedByStops(std::uint64_t number) {
  return std::find(std::begin(interruptedByStops), std::end(interruptedByStops), number) !=
         std::end(interruptedByStops);
}

Registers remoteCall(const Registers &stopped, RuntimeAddr entry) {
  Registers call = stopped;
  call.rip = entry.value;
  call.rsp = savedFrameAddress(stopped).value;
  // Otherwise the kernel would take the new registers for an interrupted system call and rewind them.
  call.orig_rax = noSyscall;
  call.eflags &= ~disturbingFlags;
  return call;
}

} // namespace

Registers afterSyscallRestart(Registers stopped, PendingSignal pending) {
  if (static_cast<std::int64_t>(stopped.orig_rax) < 0)
    return stopped; // not in a system call
  const std::uint64_t number = stopped.orig_rax;
  const auto outcome = static_cast<std::int64_t>(stopped.rax);
  const bool falseInterrupt = outcome == errorInterrupted && isInterruptedByStops(number);
  // These end with EINTR for every handler; ERESTARTSYS only for one without SA_RESTART, which cannot be seen from
  // here.
  if (pending == PendingSignal::Yes && (outcome == restartNoHandler || outcome == restartRestartBlock)) {
    stopped.rax = static_cast<std::uint64_t>(errorInterrupted);
  } else if (outcome == restartSystem || outcome == restartNoInterrupt || outcome == restartNoHandler ||
             (falseInterrupt && pending == PendingSignal::No)) {
    stopped.rax = number;
    stopped.rip -= syscallInstructionSize;
  } else if (outcome == restartRestartBlock) {
    stopped.rax = restartSyscallNumber; // continues with the time that is left
    stopped.rip -= syscallInstructionSize;
  }
  stopped.orig_rax = noSyscall;
  return stopped;
}

Registers restartUnlessSignalled(Registers stopped) {
  if (static_cast<std::int64_t>(stopped.orig_rax) >= 0 && static_cast<std::int64_t>(stopped.rax) == errorInterrupted &&
      isInterruptedByStops(stopped.orig_rax))
    stopped.rax = static_cast<std::uint64_t>(restartNoHandler);
  return stopped;
}

SavedFrame encodeSavedFrame(const Registers &r, std::uint64_t signalMask) {
  // The order in which agent.S pops; then what iretq takes (Intel SDM, IRET in 64-bit mode), and the mask.
  static_assert((savedFrameWords - 1) * 8 == LP_FRAME_MASK);
  const std::uint64_t words[savedFrameWords] = {0,     r.r15, r.r14,    r.r13, r.r12, r.rbp,     r.rbx, r.r11,
                                                r.r10, r.r9,  r.r8,     r.rcx, r.rdx, r.rsi,     r.rdi, r.rax,
                                                r.rip, r.cs,  r.eflags, r.rsp, r.ss,  signalMask};
  SavedFrame frame;
  static_assert(sizeof words == sizeof frame);
  std::memcpy(frame.data(), words, sizeof words);
  return frame;
}

RuntimeAddr savedFrameAddress(const Registers &stopped) {
  return {(stopped.rsp - redZone - sizeof(SavedFrame)) & ~std::uint64_t{15}};
}

Registers remoteSyscall(const Registers &stopped, RuntimeAddr syscallStub, long number,
                        std::span<const std::uint64_t> arguments) {
  Registers call = remoteCall(stopped, syscallStub);
  call.rax = static_cast<std::uint64_t>(number);
  std::uint64_t *const places[] = {&call.rdi, &call.rsi, &call.rdx, &call.r10, &call.r8, &call.r9};
  for (std::size_t i = 0; i < std::size(places); ++i)
    *places[i] = i < arguments.size() ? arguments[i] : 0;
  return call;
}

Registers remoteCommit(const Registers &stopped, RuntimeAddr commitRoutine, RuntimeAddr regionHeader,
                       AgentCommand command, Gate gate) {
  Registers call = remoteCall(stopped, commitRoutine);
  call.rdi = regionHeader.value;
  call.rsi = static_cast<std::uint64_t>((command == AgentCommand::Commit ? LP_AGENT_COMMIT : LP_AGENT_REVERT) |
                                        (gate == Gate::Closed ? LP_AGENT_GATED : 0));
  return call;
}

} // namespace livepatch::x86_64

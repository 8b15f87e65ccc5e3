#include "runtime/arch/x86_64/registers.h"

#include "runtime/core/region_offsets.h"

#include <cstring>
#include <gtest/gtest.h>
#include <sys/user.h>

namespace livepatch::x86_64 {
namespace {

constexpr std::uint64_t negative(int error) {
  return static_cast<std::uint64_t>(-std::int64_t{error});
}

Registers inSyscall(std::uint64_t number, std::uint64_t outcome) {
  Registers registers;
  registers.orig_rax = number;
  registers.rax = outcome;
  registers.rip = 0x401002;
  registers.rsp = 0x7ffc00000ff8;
  return registers;
}

TEST(Registers, AreTheKernelsOwnStructure) {
  static_assert(sizeof(Registers) == sizeof(user_regs_struct));
  static_assert(offsetof(Registers, orig_rax) == offsetof(user_regs_struct, orig_rax));
  static_assert(offsetof(Registers, rip) == offsetof(user_regs_struct, rip));
  static_assert(offsetof(Registers, rsp) == offsetof(user_regs_struct, rsp));
  static_assert(offsetof(Registers, gs) == offsetof(user_regs_struct, gs));
}

TEST(SyscallRestart, RepeatsWhatTheKernelWouldRepeat) {
  for (const int restart : {512, 513, 514}) {
    const Registers after = afterSyscallRestart(inSyscall(0, negative(restart)), PendingSignal::No);
    EXPECT_EQ(after.rax, 0u) << restart;
    EXPECT_EQ(after.rip, 0x401000u);
    EXPECT_EQ(after.orig_rax, ~std::uint64_t{0});
  }
}

TEST(SyscallRestart, ContinuesAnInterruptedSleepWithTheTimeLeft) {
  const Registers after = afterSyscallRestart(inSyscall(35, negative(516)), PendingSignal::No);
  EXPECT_EQ(after.rax, 219u); // restart_syscall
  EXPECT_EQ(after.rip, 0x401000u);
}

TEST(SyscallRestart, HidesTheInterruptOfAStopButNotThatOfASignal) {
  EXPECT_EQ(afterSyscallRestart(inSyscall(232, negative(4)), PendingSignal::No).rip, 0x401000u);
  EXPECT_EQ(afterSyscallRestart(inSyscall(232, negative(4)), PendingSignal::No).rax, 232u);
  EXPECT_EQ(afterSyscallRestart(inSyscall(232, negative(4)), PendingSignal::Yes).rip, 0x401002u);
  EXPECT_EQ(afterSyscallRestart(inSyscall(3, negative(4)), PendingSignal::No).rax, negative(4)); // close: never again
}

TEST(SyscallRestart, LeavesTheEndThatAHandlerBrings) {
  for (const int restart : {514, 516}) { // sigsuspend, nanosleep
    const Registers after = afterSyscallRestart(inSyscall(130, negative(restart)), PendingSignal::Yes);
    EXPECT_EQ(after.rax, negative(4)) << restart;
    EXPECT_EQ(after.rip, 0x401002u);
  }
}

TEST(SyscallRestart, LeavesTheDecisionToTheKernel) {
  const Registers stopped = inSyscall(232, negative(4)), again = restartUnlessSignalled(stopped);
  EXPECT_EQ(again.rax, negative(514)); // ERESTARTNOHAND
  EXPECT_EQ(again.orig_rax, 232u);     // or the kernel would not look at rax
  EXPECT_EQ(again.rip, stopped.rip);
  EXPECT_EQ(restartUnlessSignalled(inSyscall(3, negative(4))), inSyscall(3, negative(4)));
  EXPECT_EQ(restartUnlessSignalled(inSyscall(232, 1)), inSyscall(232, 1));
}

TEST(SyscallRestart, LeavesFinishedCallsAndUserCodeAlone) {
  EXPECT_EQ(afterSyscallRestart(inSyscall(0, 17), PendingSignal::No).rax, 17u);
  const Registers running = inSyscall(~std::uint64_t{0}, negative(512)); // a value that only looks like a restart
  EXPECT_EQ(afterSyscallRestart(running, PendingSignal::No), running);
}

TEST(SavedFrame, LiesBelowTheRedZoneAndIsAligned) {
  for (const std::uint64_t rsp : {0x7ffc00001000ull, 0x7ffc00000ff9ull}) {
    Registers registers;
    registers.rsp = rsp;
    const RuntimeAddr frame = savedFrameAddress(registers);
    EXPECT_EQ(frame.value % 16, 0u);
    EXPECT_LE(frame.value + sizeof(SavedFrame), rsp - 128);
  }
}

TEST(RemoteSyscall, SetsNumberAndArgumentsAndNothingToRestart) {
  const std::uint64_t arguments[] = {1, 2, 3, 4, 5, 6};
  const Registers stopped = inSyscall(35, negative(516));
  const Registers call = remoteSyscall(stopped, {0x5000}, 9, arguments);
  EXPECT_EQ(call.rip, 0x5000u);
  EXPECT_EQ(call.rsp, savedFrameAddress(stopped).value);
  EXPECT_EQ(call.rax, 9u);
  EXPECT_EQ(call.orig_rax, ~std::uint64_t{0});
  EXPECT_EQ((std::array{call.rdi, call.rsi, call.rdx, call.r10, call.r8, call.r9}),
            (std::array<std::uint64_t, 6>{1, 2, 3, 4, 5, 6}));
}

TEST(RemoteCommit, NamesHeaderAndCommand) {
  const Registers call = remoteCommit(Registers{}, {0x5000}, {0x6000}, AgentCommand::Revert, Gate::None);
  EXPECT_EQ(call.rip, 0x5000u);
  EXPECT_EQ(call.rdi, 0x6000u);
  EXPECT_EQ(call.rsi, std::uint64_t{LP_AGENT_REVERT});
  const Registers gated = remoteCommit(Registers{}, {0x5000}, {0x6000}, AgentCommand::Commit, Gate::Closed);
  EXPECT_EQ(gated.rsi, std::uint64_t{LP_AGENT_COMMIT | LP_AGENT_GATED});
}

TEST(RemoteCommit, ClearsFlagsThatWouldDisturbIt) {
  Registers stopped;
  stopped.eflags = 0x100 | 0x400 | 0x4000 | 0x40000 | 0x200000 | 2; // trap, direction, nested task, alignment check
  const Registers call = remoteCommit(stopped, {0x5000}, {0x6000}, AgentCommand::Revert, Gate::None);
  EXPECT_EQ(call.eflags, 0x200002u);
}

} // namespace
} // namespace livepatch::x86_64

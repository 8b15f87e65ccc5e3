// What a stub calls while a switch is going on.
#include "testsuite/unit/arch/agent_copy.h"

#include <chrono>
#include <thread>

// void callKeeping(void (*routine)(), uint64_t out[14]): calls it with 1, 2, ... in all registers but rsp and r11, and
// stores them afterwards: rax rcx rdx rbx rbp rsi rdi r8 r9 r10 r12 r13 r14 r15.
asm(R"(
        .text
callKeeping:
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        push    %rsi
        mov     %rdi, %r11
        .set    i, 1
        .irp    register, rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r12, r13, r14, r15
        mov     $i, %\register
        .set    i, i + 1
        .endr
        call    *%r11
        mov     (%rsp), %r11
        .set    i, 0
        .irp    register, rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r12, r13, r14, r15
        mov     %\register, i(%r11)
        .set    i, i + 8
        .endr
        pop     %rsi
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret
)");
extern "C" void callKeeping(std::uint64_t routine, std::uint64_t *out) asm("callKeeping");

namespace livepatch {
namespace {

// What a child finds that was forked in the middle of a switch: everything at once, whichever way it went.
TEST(AgentWait, BringsTheSwitchToItsEndInAChild) {
  for (const std::uint8_t command : {LP_AGENT_COMMIT, LP_AGENT_REVERT}) {
    std::uint64_t number = command == LP_AGENT_COMMIT ? 7 : 8, other = 70, mark = 0;
    OwnRegion region;
    region.addData<std::uint64_t>(number, 8, std::nullopt);
    region.addData<std::uint64_t>(other, 80, std::nullopt);
    region.header.mark = {reinterpret_cast<std::uint64_t>(&mark)};
    region.header.closed = true;
    region.header.closedToRevert = command == LP_AGENT_REVERT;
    region.header.state = command == LP_AGENT_COMMIT ? RegionState::Committing : RegionState::Reverting;
    region.header.data[0].state = command == LP_AGENT_COMMIT ? DataState::Writing : DataState::Written;
    region.header.data[0].saved = {7, 0, 0, 0, 0, 0, 0, 0};
    AgentCopy agent;
    agent.setNumber(architecture().agent.headerOffset, region.place());
    const std::uint64_t before = blockedSignals();
    std::uint64_t out[14] = {};
    callKeeping(agent.ready(architecture().agent.waitOffset), out);
    for (std::uint64_t i = 0; i < 14; ++i)
      EXPECT_EQ(out[i], i + 1) << "register " << i;
    EXPECT_EQ(number, command == LP_AGENT_COMMIT ? 8u : 7u);
    EXPECT_EQ(other, command == LP_AGENT_COMMIT ? 80u : 70u);
    EXPECT_EQ(region.read().active, command == LP_AGENT_COMMIT);
    EXPECT_EQ(mark, 1u); // for the child's other threads, and not for its own children
    EXPECT_EQ(blockedSignals(), before);
  }
}

TEST(AgentWait, LeavesTheSwitchToWhoeverHasBegunIt) {
  std::uint64_t number = 7, mark = 1;
  OwnRegion region;
  region.addData<std::uint64_t>(number, 8, std::nullopt);
  region.header.mark = {reinterpret_cast<std::uint64_t>(&mark)};
  region.header.closed = true;
  AgentCopy agent;
  agent.setNumber(architecture().agent.headerOffset, region.place());
  const std::uint64_t wait = agent.ready(architecture().agent.waitOffset);
  std::uint64_t out[14] = {};
  std::thread caller([&] { callKeeping(wait, out); });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(number, 7u);
  region.poke(flagAddress(region.header.at), LP_FLAG_OFF, 1);
  caller.join();
  EXPECT_EQ(number, 7u);
  EXPECT_EQ(out[13], 14u);
}

} // namespace
} // namespace livepatch

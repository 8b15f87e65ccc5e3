// The agent's routines run here, in this process, as a borrowed thread would run them in a target.
#include "runtime/arch/architecture.h"
#include "runtime/arch/x86_64/registers.h"
#include "runtime/core/patch_stack.h"
#include "runtime/core/region_header.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <thread>
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
extern "C" void enterAgent(void *frame, const std::uint64_t *call, std::uint64_t *out) asm("enterAgent");

namespace livepatch {
namespace {

const Architecture &architecture() {
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

constexpr std::uint64_t directionFlag = 0x400;
constexpr std::uint64_t givenBack = std::uint64_t{1} << (SIGUSR2 - 1); // the mask that a gated commit leaves

// Enters `entry` as a borrowed thread; returns the result slot. Fails the test where a register does not come back.
std::uint64_t enter(std::uint64_t entry, std::uint64_t rax, std::uint64_t rdi, std::uint64_t rsi) {
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

TEST(AgentSyscall, ReturnsTheResultAndGivesAllRegistersBack) {
  AgentCopy agent;
  const std::uint64_t entry = agent.ready(architecture().agent.syscallOffset);
  EXPECT_EQ(enter(entry, SYS_getpid, 0, 0), static_cast<std::uint64_t>(getpid()));
  EXPECT_EQ(enter(entry, SYS_close, ~std::uint64_t{0}, 0), static_cast<std::uint64_t>(-std::int64_t{EBADF}));
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

class AgentCommit : public ::testing::Test {
protected:
  std::uint64_t run(std::uint64_t headerAt, int command) {
    return enter(entry_, 0, headerAt, static_cast<std::uint64_t>(command));
  }
  AgentCopy agent_;
  std::uint64_t entry_ = agent_.ready(architecture().agent.commitOffset);
};

using Text = std::array<char, 15>;

std::uint64_t blockedSignals() {
  std::uint64_t mask = 0;
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, nullptr, &mask, sizeof mask);
  return mask;
}

TEST_F(AgentCommit, BehindAClosedGateSwitchesAndGivesTheSignalMaskBack) {
  std::uint64_t number = 7;
  OwnRegion region;
  region.addData<std::uint64_t>(number, 8, 7);
  const std::uint64_t at = region.place();
  const std::uint64_t before = blockedSignals();
  region.poke(flagAddress(region.header.at), LP_FLAG_CLOSED | LP_AGENT_COMMIT, 1);
  EXPECT_EQ(PatchStack::statusOf(region.read()), PatchStatus::InMotion);
  run(at, LP_AGENT_COMMIT | LP_AGENT_GATED);
  EXPECT_EQ(blockedSignals(), givenBack);
  EXPECT_EQ(number, 8u);
  EXPECT_TRUE(region.read().active);
  region.poke(flagAddress(region.header.at), LP_FLAG_CLOSED | LP_AGENT_REVERT, 1);
  run(at, LP_AGENT_REVERT | LP_AGENT_GATED);
  EXPECT_EQ(number, 7u);
  EXPECT_FALSE(region.read().active);
  EXPECT_FALSE(region.read().closed);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, nullptr, sizeof before);
}

TEST_F(AgentCommit, DoesNothingWhereTheToolDiedBeforeItClosedTheGate) {
  std::uint64_t number = 7;
  OwnRegion region;
  region.addData<std::uint64_t>(number, 8, 7);
  const std::uint64_t at = region.place();
  const RegionHeader header = region.read();
  const std::uint64_t before = blockedSignals();
  run(at, LP_AGENT_COMMIT | LP_AGENT_GATED);
  EXPECT_EQ(blockedSignals(), givenBack);
  EXPECT_EQ(number, 7u);
  EXPECT_EQ(region.read().state, header.state);
  EXPECT_FALSE(region.read().active);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, nullptr, sizeof before);
}

TEST_F(AgentCommit, WritesWhereTheGuardHoldsAndSetsTheFlag) {
  std::uint64_t number = 7, changed = 99, unguarded = 1;
  Text text{"str_V of targe"};
  OwnRegion region;
  region.addData<std::uint64_t>(number, 8, 7);
  region.addData<std::uint64_t>(changed, 8, 7); // the program has changed it
  region.addData<std::uint64_t>(unguarded, 2, std::nullopt);
  region.addData<Text>(text, Text{"str_V of plug."}, text);
  const std::uint64_t at = region.place();
  EXPECT_EQ(run(at, LP_AGENT_COMMIT), 1u); // one was left
  EXPECT_EQ(number, 8u);
  EXPECT_EQ(changed, 99u);
  EXPECT_EQ(unguarded, 2u);
  EXPECT_STREQ(text.data(), "str_V of plug.");
  const RegionHeader after = region.read();
  EXPECT_TRUE(after.active);
  EXPECT_EQ(after.state, RegionState::Committed);
  EXPECT_EQ(after.leftCount, 1u);
  EXPECT_EQ(after.data[0].state, DataState::Written);
  EXPECT_EQ(after.data[1].state, DataState::Left);
  EXPECT_EQ(after.data[0].saved, (std::vector<std::uint8_t>{7, 0, 0, 0, 0, 0, 0, 0}));
}

TEST_F(AgentCommit, RevertsWhatIsStillAsItWroteIt) {
  std::uint64_t number = 7, later = 7;
  OwnRegion region;
  region.addData<std::uint64_t>(number, 8, 7);
  region.addData<std::uint64_t>(later, 8, 7);
  const std::uint64_t at = region.place();
  EXPECT_EQ(run(at, LP_AGENT_COMMIT), 0u);
  later = 1000; // the program has gone on from the new value
  EXPECT_EQ(run(at, LP_AGENT_REVERT), 1u);
  EXPECT_EQ(number, 7u);
  EXPECT_EQ(later, 1000u);
  const RegionHeader after = region.read();
  EXPECT_FALSE(after.active);
  EXPECT_EQ(after.state, RegionState::Reverted);
  EXPECT_EQ(after.data[0].state, DataState::Unwritten);
  EXPECT_EQ(after.data[1].state, DataState::Kept);
}

TEST_F(AgentCommit, CommitsAgainAfterARevert) {
  std::uint64_t number = 7;
  OwnRegion region;
  region.addData<std::uint64_t>(number, 8, 7);
  const std::uint64_t at = region.place();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(run(at, LP_AGENT_COMMIT), 0u);
    EXPECT_EQ(number, 8u);
    EXPECT_EQ(run(at, LP_AGENT_REVERT), 0u);
    EXPECT_EQ(number, 7u);
  }
}

TEST_F(AgentCommit, ContinuesARunThatWasCutOff) {
  std::uint64_t number = 0x88; // half written
  OwnRegion region;
  region.addData<std::uint64_t>(number, 8, 7);
  const std::uint64_t at = region.place();
  region.poke(savedAddress(region.header, 0), 7, 8);
  region.poke(dataStateAddress(region.header, 0), LP_DATA_WRITING, 4);
  EXPECT_EQ(run(at, LP_AGENT_COMMIT), 0u); // the guard is not asked again
  EXPECT_EQ(number, 8u);
  region.poke(dataStateAddress(region.header, 0), LP_DATA_WRITING, 4);
  number = 0x88;
  EXPECT_EQ(run(at, LP_AGENT_REVERT), 0u);
  EXPECT_EQ(number, 7u);
}

TEST_F(AgentCommit, HandsItsSavedBytesToANewerPatch) {
  std::uint64_t number = 7;
  OwnRegion older, newer;
  older.addData<std::uint64_t>(number, 8, 7);
  newer.addData<std::uint64_t>(number, 9, 8);
  const std::uint64_t olderAt = older.place(), newerAt = newer.place();
  EXPECT_EQ(run(olderAt, LP_AGENT_COMMIT), 0u);
  EXPECT_EQ(run(newerAt, LP_AGENT_COMMIT), 0u);
  older.poke(handDownAddress(older.header, 0), savedAddress(newer.header, 0).value, 8);
  EXPECT_EQ(run(olderAt, LP_AGENT_REVERT), 0u);
  EXPECT_EQ(number, 9u); // the newer patch governs
  EXPECT_EQ(older.read().data[0].handDown, RuntimeAddr{});
  EXPECT_EQ(run(newerAt, LP_AGENT_REVERT), 0u);
  EXPECT_EQ(number, 7u); // not 8: that was the older patch's value
}

TEST_F(AgentCommit, TakesThePlaceOfEarlierPatchesAndTheirData) {
  std::uint64_t number = 7, changed = 7;
  OwnRegion oldest, newer, cumulative;
  oldest.addData<std::uint64_t>(number, 8, 7);
  newer.addData<std::uint64_t>(number, 9, 8);
  newer.addData<std::uint64_t>(changed, 9, 7);
  cumulative.addData<std::uint64_t>(number, 20, 7); // what the program was built with
  cumulative.addData<std::uint64_t>(changed, 20, 7);
  const std::uint64_t oldestAt = oldest.place(), newerAt = newer.place();
  cumulative.header.replaced = {{newerAt}, {}, {oldestAt}};
  const std::uint64_t at = cumulative.place();
  EXPECT_EQ(run(oldestAt, LP_AGENT_COMMIT), 0u);
  EXPECT_EQ(run(newerAt, LP_AGENT_COMMIT), 0u);
  changed = 1000; // by the program
  EXPECT_EQ(run(at, LP_AGENT_COMMIT), 1u);
  EXPECT_EQ(number, 20u);
  EXPECT_EQ(changed, 1000u);
  EXPECT_TRUE(cumulative.read().active);
  for (const OwnRegion *region : {&oldest, &newer}) {
    EXPECT_FALSE(region->read().active);
    EXPECT_EQ(region->read().state, RegionState::Reverted);
    EXPECT_EQ(region->read().data[0].state, DataState::Unwritten);
  }
  EXPECT_EQ(newer.read().data[1].state, DataState::Kept);
  EXPECT_EQ(run(at, LP_AGENT_REVERT), 0u);
  EXPECT_EQ(number, 7u);
}

TEST_F(AgentCommit, CopiesAnySizeAtAnyAlignment) {
  for (std::size_t shift = 0; shift < 8; ++shift)
    for (std::size_t size = 1; size < 20; ++size) {
      alignas(8) std::array<std::uint8_t, 40> live{};
      OwnRegion region;
      RegionData data;
      data.name = "x";
      data.at = {reinterpret_cast<std::uint64_t>(&live[shift + 4])};
      for (std::size_t i = 0; i < size; ++i)
        data.fresh.push_back(static_cast<std::uint8_t>(i + 1));
      data.saved.resize(size);
      region.header.data.push_back(data);
      EXPECT_EQ(run(region.place(), LP_AGENT_COMMIT), 0u);
      std::array<std::uint8_t, 40> expected{};
      std::copy(data.fresh.begin(), data.fresh.end(), &expected[shift + 4]);
      EXPECT_EQ(live, expected) << size << " bytes at " << shift;
    }
}

// --- the hook before _dl_find_object

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

using FindObject = int (*)(void *, dl_find_object *);

int nothingFound(void *, dl_find_object *) {
  return -1;
}

TEST(AgentFindObject, AnswersForThePatchAndPassesEverythingElseOn) {
  OwnRegion region;
  region.header.unwind = {{{{0x1000}, {0x2000}}, {0x900}}, {{{0x5000}, {0x5001}}, {0x910}}};
  AgentCopy agent;
  const AgentCode &code = architecture().agent;
  agent.setNumber(code.headerOffset, region.place());
  agent.setNumber(code.findObjectNextOffset, reinterpret_cast<std::uint64_t>(&nothingFound));
  const auto find = reinterpret_cast<FindObject>(agent.ready(code.findObjectOffset));

  dl_find_object found{};
  std::memset(&found, 0xff, sizeof found);
  EXPECT_EQ(find(reinterpret_cast<void *>(0x1fff), &found), 0);
  EXPECT_EQ(found.dlfo_flags, 0u);
  EXPECT_EQ(found.dlfo_map_start, reinterpret_cast<void *>(0x1000));
  EXPECT_EQ(found.dlfo_map_end, reinterpret_cast<void *>(0x2000));
  EXPECT_EQ(found.dlfo_link_map, nullptr);
  EXPECT_EQ(found.dlfo_eh_frame, reinterpret_cast<void *>(0x900));
  EXPECT_EQ(find(reinterpret_cast<void *>(0x5000), &found), 0);
  EXPECT_EQ(found.dlfo_eh_frame, reinterpret_cast<void *>(0x910));
  for (const std::uintptr_t outside : {0x0fffu, 0x2000u, 0x4fffu, 0x5001u})
    EXPECT_EQ(find(reinterpret_cast<void *>(outside), &found), -1) << outside;
}

TEST(AgentFindObject, KeepsTheRealAnswersForTheRealModules) {
  OwnRegion region; // a patch without unwind tables
  AgentCopy agent;
  const AgentCode &code = architecture().agent;
  agent.setNumber(code.headerOffset, region.place());
  agent.setNumber(code.findObjectNextOffset, reinterpret_cast<std::uint64_t>(&_dl_find_object));
  const auto find = reinterpret_cast<FindObject>(agent.ready(code.findObjectOffset));
  dl_find_object hooked{}, direct{};
  void *here = reinterpret_cast<void *>(&nothingFound);
  EXPECT_EQ(find(here, &hooked), 0);
  EXPECT_EQ(_dl_find_object(here, &direct), 0);
  EXPECT_EQ(hooked.dlfo_eh_frame, direct.dlfo_eh_frame);
}

} // namespace
} // namespace livepatch

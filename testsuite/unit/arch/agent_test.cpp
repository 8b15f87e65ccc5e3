// The remote system call, and the routine that switches a patch with its data.
#include "runtime/core/patch_stack.h"

#include "testsuite/unit/arch/agent_copy.h"

#include <cerrno>

namespace livepatch {
namespace {

TEST(AgentSyscall, ReturnsTheResultAndGivesAllRegistersBack) {
  AgentCopy agent;
  const std::uint64_t entry = agent.ready(architecture().agent.syscallOffset);
  EXPECT_EQ(enter(entry, SYS_getpid, 0, 0), static_cast<std::uint64_t>(getpid()));
  EXPECT_EQ(enter(entry, SYS_close, ~std::uint64_t{0}, 0), static_cast<std::uint64_t>(-std::int64_t{EBADF}));
}

class AgentCommit : public ::testing::Test {
protected:
  std::uint64_t run(std::uint64_t headerAt, int command) {
    return enter(entry_, 0, headerAt, static_cast<std::uint64_t>(command));
  }
  AgentCopy agent_;
  std::uint64_t entry_ = agent_.ready(architecture().agent.commitOffset);
};

using Text = std::array<char, 15>;

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

} // namespace
} // namespace livepatch

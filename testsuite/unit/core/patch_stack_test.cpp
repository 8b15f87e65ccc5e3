#include "runtime/core/hex.h"
#include "runtime/core/patch_stack.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

constexpr RuntimeAddr f{0x401000}, g{0x402000};

RegionHeader patch(const std::string &name, std::uint64_t sequence, std::vector<RuntimeAddr> functions,
                   RegionState state = RegionState::Committed, bool active = true) {
  RegionHeader region;
  region.at = {0x7f0000000000 + sequence * 0x100000};
  region.name = name;
  region.sequence = sequence;
  region.state = state;
  region.active = active;
  region.identity.fill(static_cast<std::uint8_t>(sequence));
  for (const RuntimeAddr function : functions) {
    RegionRedirect redirect;
    redirect.name = function == f ? "f" : "g";
    redirect.function = redirect.entry = function;
    redirect.oldSize = 0x40;
    redirect.newFunction = region.at + 0x1000 + function.value % 0x10000;
    redirect.newSize = 0x80;
    region.redirects.push_back(redirect);
  }
  return region;
}

void write(RegionHeader &region, RuntimeAddr at, std::size_t size) {
  RegionData data;
  data.name = "x";
  data.at = at;
  data.fresh.resize(size);
  data.saved.resize(size);
  data.state = DataState::Written;
  region.data.push_back(data);
}

TEST(PatchStack, TheNewestAppliedPatchGoverns) {
  const PatchStack stack({patch("c", 3, {f}, RegionState::Reverted, false), patch("a", 1, {f, g}), patch("b", 2, {f})});
  const auto functions = stack.functions();
  ASSERT_EQ(functions.size(), 2u);
  EXPECT_EQ(functions[0].patch, "b");
  EXPECT_EQ(functions[0].buried, std::vector<std::string>{"a"});
  EXPECT_EQ(functions[1].patch, "a");
  EXPECT_EQ(stack.nextSequence(), 4u);
}

TEST(PatchStack, APatchTakesOverFromThoseThatItWasNotBuiltOn) {
  const RegionHeader a = patch("a", 1, {f, g}), b = patch("b", 2, {f});
  const PatchStack stack({a, b, patch("off", 3, {f, g}, RegionState::Committed, false)});
  const auto taken = stack.takenOver({f, g}, {});
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[0].patch, "a");
  EXPECT_EQ(taken[0].functions, std::vector<std::string>{"g"}) << "b governs f";
  EXPECT_EQ(taken[1].patch, "b");
  EXPECT_EQ(taken[1].functions, std::vector<std::string>{"f"});
  EXPECT_TRUE(stack.takenOver({}, {}).empty());
  EXPECT_TRUE(stack.takenOver({f}, {{"b", hexText(b.identity)}}).empty());
  EXPECT_EQ(stack.takenOver({f}, {{"a", hexText(a.identity)}}).size(), 1u);
}

TEST(PatchStack, TellsWhatStateARegionIsIn) {
  const auto status = [](RegionState state, bool active) {
    return PatchStack::statusOf(patch("p", 1, {f}, state, active));
  };
  EXPECT_EQ(status(RegionState::Filling, false), PatchStatus::Abandoned);
  EXPECT_EQ(status(RegionState::Loaded, false), PatchStatus::Abandoned);
  EXPECT_EQ(status(RegionState::Arming, false), PatchStatus::Prepared);
  EXPECT_EQ(status(RegionState::Armed, true), PatchStatus::Applied); // the tool died right behind the flag
  EXPECT_EQ(status(RegionState::Committing, false), PatchStatus::InMotion);
  EXPECT_EQ(status(RegionState::Committed, false), PatchStatus::Reverted);
  EXPECT_EQ(status(RegionState::Reverted, true), PatchStatus::Applied);
}

TEST(PatchStack, FindsPatchesByContentAndByName) {
  const PatchStack stack({patch("p", 1, {f}), patch("p", 2, {f}, RegionState::Reverted, false),
                          patch("q", 3, {f}, RegionState::Loaded, false)});
  ContentHash second{};
  second.fill(2);
  EXPECT_EQ(stack.withIdentity(second)->sequence, 2u);
  second.fill(3);
  EXPECT_EQ(stack.withIdentity(second), nullptr); // abandoned
  EXPECT_EQ(stack.named("p")->sequence, 1u);      // the applied one
  EXPECT_EQ(stack.named("q"), nullptr);
}

TEST(PatchStack, RevertsTheNewestTheMiddleAndTheOldest) {
  const PatchStack stack({patch("a", 1, {f, g}), patch("b", 2, {f}), patch("c", 3, {g})});
  const auto newest = stack.planRevert("c");
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->patch, 2u);
  EXPECT_EQ(newest->restored, std::vector<std::string>{"g"});
  EXPECT_FALSE(newest->needsAgent);
  EXPECT_EQ(stack.planRevert("b")->restored, std::vector<std::string>{"f"});
  const auto oldest = stack.planRevert("a");
  EXPECT_TRUE(oldest->restored.empty());
  EXPECT_EQ(oldest->covered, (std::vector<std::string>{"f", "g"}));
}

TEST(PatchStack, RefusesToRevertWhatIsNotThere) {
  const PatchStack stack({patch("a", 1, {f}, RegionState::Reverted, false)});
  EXPECT_EQ(stack.planRevert("b").failure().fault, Fault::NotFound);
  EXPECT_EQ(stack.planRevert("a").failure().fault, Fault::Already);
}

TEST(PatchStack, HandsSavedDataToTheNextNewerPatch) {
  auto a = patch("a", 1, {}), b = patch("b", 2, {}), c = patch("c", 3, {});
  for (RegionHeader *region : {&a, &b, &c})
    write(*region, {0x404000}, 8);
  const PatchStack stack({a, b, c});
  const auto plan = stack.planRevert("a");
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->needsAgent);
  ASSERT_EQ(plan->handDowns.size(), 1u);
  EXPECT_EQ(plan->handDowns[0].field, handDownAddress(a, 0));
  EXPECT_EQ(plan->handDowns[0].to, savedAddress(b, 0));
  EXPECT_TRUE(stack.planRevert("c")->handDowns.empty());
}

TEST(PatchStack, RefusesToRevertDataOfWhichANewerPatchHasAPart) {
  auto a = patch("a", 1, {}), b = patch("b", 2, {});
  write(a, {0x404000}, 8);
  write(b, {0x404004}, 8);
  const auto plan = PatchStack({a, b}).planRevert("a");
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.failure().remedy, "revert b first");
}

TEST(PatchStack, AppliesAgainOnlyWhatNoNewerPatchGoverns) {
  const auto a = patch("a", 1, {f}, RegionState::Reverted, false);
  EXPECT_TRUE(PatchStack({a, patch("b", 2, {g})}).checkReapply(a));
  EXPECT_TRUE(PatchStack({a, patch("b", 2, {f}, RegionState::Reverted, false)}).checkReapply(a));
  EXPECT_EQ(PatchStack({a, patch("b", 2, {f})}).checkReapply(a).failure().fault, Fault::Refused);
}

std::vector<std::string> versionsReplacedBy(const PatchStack &stack, const RegionHeader &region) {
  std::vector<std::string> names;
  for (const auto &version : stack.replacedVersions(region))
    names.push_back(version.function + "/" + (version.patch.empty() ? "original" : version.patch));
  return names;
}

TEST(PatchStack, NamesTheVersionsThatNobodyMayBeInside) {
  using Names = std::vector<std::string>;
  const auto a = patch("a", 1, {f}), b = patch("b", 2, {f});
  const auto fresh = patch("new", 3, {f, g}, RegionState::Loaded, false);
  // A new patch on top: everything that was there.
  EXPECT_EQ(versionsReplacedBy(PatchStack({a, b}), fresh), (Names{"f/original", "f/a", "f/b", "g/original"}));
  EXPECT_EQ(versionsReplacedBy(PatchStack(std::vector<RegionHeader>{}), fresh), (Names{"f/original", "g/original"}));
  // Reverting the newest: the one below governs then.
  EXPECT_EQ(versionsReplacedBy(PatchStack({a, b}), b), (Names{"f/original", "f/b"}));
  // Reverting the only one: the original governs then.
  EXPECT_EQ(versionsReplacedBy(PatchStack({a}), a), Names{"f/a"});
  // Reverting one that is covered changes nothing.
  EXPECT_EQ(versionsReplacedBy(PatchStack({a, b}), a), Names{});
}

} // namespace
} // namespace livepatch

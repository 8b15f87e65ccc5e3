#include "runtime/core/activeness.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

const std::vector<WatchedFunction> functions{{"g", {{0x2000}, {0x2080}}, RuntimeAddr{0x2008}},
                                             {"f", {{0x1000}, {0x1040}}, RuntimeAddr{0x1000}}};
const std::vector<AddressRange> stubs{{{0x9000}, {0x9030}}};

std::vector<Occupant> check(ThreadSample sample) {
  return findOccupants({&sample, 1}, functions, stubs);
}
std::vector<Occupant> checkAt(std::uint64_t instruction) {
  return check({7, {instruction}, {}, {}});
}

TEST(Activeness, AThreadIsInsideBehindThePaddingOnly) {
  EXPECT_TRUE(checkAt(0x0fff).empty());
  EXPECT_TRUE(checkAt(0x1000).empty()); // about to execute the padding: it will take the redirect
  ASSERT_EQ(checkAt(0x1005).size(), 1u);
  EXPECT_EQ(checkAt(0x1005)[0].evidence, Evidence::Running);
  EXPECT_EQ(checkAt(0x103f).size(), 1u);
  EXPECT_TRUE(checkAt(0x1040).empty());
  EXPECT_TRUE(checkAt(0x2004).empty()); // behind endbr64, before the padding
  EXPECT_TRUE(checkAt(0x2008).empty());
  EXPECT_EQ(checkAt(0x200d).size(), 1u);
}

TEST(Activeness, APatchsFunctionIsEnteredWithItsFirstByte) {
  const std::vector<WatchedFunction> newer{{"f.lp", {{0x1000}, {0x1040}}, std::nullopt}};
  const std::vector<ThreadSample> threads{{1, {0x1000}, {}, {}}, {2, {0}, {0x1000}, {}}, {3, {0x0fff}, {0x0fff}, {}}};
  const auto occupants = findOccupants(threads, newer, {});
  ASSERT_EQ(occupants.size(), 2u);
  EXPECT_EQ(occupants[0].evidence, Evidence::Running);
  EXPECT_EQ(occupants[1].evidence, Evidence::StackWord); // a signal has interrupted it there
}

TEST(Activeness, AThreadInAStubIsOnItsWay) {
  const auto occupants = checkAt(0x9007);
  ASSERT_EQ(occupants.size(), 1u);
  EXPECT_EQ(occupants[0].evidence, Evidence::InTransit);
  EXPECT_EQ(describe(occupants[0]), "thread 7 is inside a dispatch stub (0x9007)");
  EXPECT_TRUE(checkAt(0x9030).empty());
}

TEST(Activeness, AReturnAddressBelongsToTheFunctionBeforeIt) {
  // The call was the last instruction of f: what follows it may be another function's first byte.
  const auto atEnd = check({7, {0}, {}, std::vector<RuntimeAddr>{{0x1040}}});
  ASSERT_EQ(atEnd.size(), 1u);
  EXPECT_EQ(atEnd[0].function, "f");
  EXPECT_EQ(atEnd[0].evidence, Evidence::Returning);
  EXPECT_TRUE(check({7, {0}, {}, std::vector<RuntimeAddr>{{0x1000}}}).empty());
}

TEST(Activeness, AStackWordCountsUntilTheFramesAreKnown) {
  const ThreadSample raw{7, {0}, {1, 0x2010, 0x2020, 0xffffffffffffffff, 0}, {}};
  const auto suspects = check(raw);
  ASSERT_EQ(suspects.size(), 1u); // one for each function
  EXPECT_EQ(suspects[0].evidence, Evidence::StackWord);
  EXPECT_EQ(describe(suspects[0]), "thread 7 may return into g (0x2010)");
  ThreadSample unwound = raw;
  unwound.returns = std::vector<RuntimeAddr>{{0x5000}};
  EXPECT_TRUE(check(unwound).empty());
}

TEST(Activeness, ReportsEachThreadAndFunctionOnceWithTheStrongestEvidence) {
  const std::vector<ThreadSample> threads{{1, {0x1010}, {0x1010, 0x2010}, {}}, {2, {0}, {0x9005}, {}}};
  const auto occupants = findOccupants(threads, functions, stubs);
  ASSERT_EQ(occupants.size(), 3u);
  EXPECT_EQ(occupants[0].evidence, Evidence::Running);
  EXPECT_EQ(occupants[1].function, "g");
  EXPECT_EQ(occupants[2].threadId, 2); // a signal interrupted the stub
}

TEST(Activeness, ReadsWordsFromStackBytes) {
  const std::vector<std::uint8_t> bytes{1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 9};
  EXPECT_EQ(stackWords(bytes), (std::vector<std::uint64_t>{1, 256}));
  EXPECT_TRUE(stackWords({}).empty());
}

} // namespace
} // namespace livepatch

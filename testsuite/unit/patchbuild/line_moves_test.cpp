#include "patchbuild/verify/line_moves.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

TEST(LineMoves, ALineBehindAnInsertionHasMovedByItsLength) {
  const LineMoves moves({{10, 10, 10, 13}}); // three lines more behind line 10
  EXPECT_TRUE(moves.moved(11, 14));
  EXPECT_FALSE(moves.moved(11, 15));
  EXPECT_FALSE(moves.moved(10, 13));
}

TEST(LineMoves, ANumberThatStaysIsNoMove) {
  EXPECT_FALSE(LineMoves({{10, 10, 10, 13}}).moved(5, 5));
  EXPECT_FALSE(LineMoves().moved(5, 6));
}

TEST(LineMoves, HunksAddUp) {
  const LineMoves moves({{10, 10, 10, 13}, {20, 22, 23, 23}});
  EXPECT_TRUE(moves.moved(20, 23));
  EXPECT_TRUE(moves.moved(30, 31));
  EXPECT_FALSE(moves.moved(30, 33));
}

TEST(LineMoves, AReplacedLineIsTheOneInItsPlace) {
  const LineMoves moves({{2, 2, 2, 4}, {10, 12, 12, 14}});
  EXPECT_TRUE(moves.moved(11, 13));
  EXPECT_FALSE(moves.moved(11, 14));
}

} // namespace
} // namespace livepatch

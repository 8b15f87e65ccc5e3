#include "patchbuild/verify/build_words.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

const std::pair<std::string, std::string> roots("/build/old", "/build/fresh");

TEST(BuildWords, TimesOfTheBuildAreNoChange) {
  EXPECT_TRUE(sameButForBuild("built Nov 22 2026 03:04:05", "built Nov 23 2026 13:14:15", roots));
  EXPECT_TRUE(sameButForBuild("Sun Nov 22 03:04:05 2026", "Mon Nov 23 13:14:15 2026", roots));
}

TEST(BuildWords, WhatStandsAroundATimeCounts) {
  EXPECT_FALSE(sameButForBuild("built Nov 22 2026", "BUILT Nov 23 2026", roots));
  EXPECT_FALSE(sameButForBuild("12 of 24", "12 of 25", roots));
}

TEST(BuildWords, ThePlaceOfTheSourcesIsNoChange) {
  EXPECT_TRUE(sameButForBuild("/build/old/src/a.c", "/build/fresh/src/a.c", roots));
  EXPECT_FALSE(sameButForBuild("/build/old/src/a.c", "/build/fresh/src/b.c", roots));
}

TEST(BuildWords, LinesThatMovedAreNoChange) {
  const auto threeLower = [](std::uint64_t before, std::uint64_t after) { return after == before + 3; };
  EXPECT_TRUE(sameButForLines("src/mux_h2.c:4440", "src/mux_h2.c:4443", threeLower));
  EXPECT_TRUE(sameButForLines("a.c:99, b.c:98 in", "a.c:102, b.c:101 in", threeLower));
  EXPECT_FALSE(sameButForLines("src/mux_h2.c:4440", "src/mux_h2.c:4441", threeLower));
  EXPECT_FALSE(sameButForLines("src/mux_h2.c:40", "src/mux_h5.c:43", [](auto, auto) { return false; }));
  EXPECT_FALSE(sameButForLines("line 7", "line 10 more", threeLower));
  EXPECT_FALSE(sameButForLines("12345678901", "12345678904", threeLower));
}

} // namespace
} // namespace livepatch

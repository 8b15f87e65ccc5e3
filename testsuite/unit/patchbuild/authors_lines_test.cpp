#include "patchbuild/cli/authors_lines.h"
#include "patchbuild/source/lines.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

// One line came behind the second: it and the old third line are both compiled as line 3.
constexpr std::string_view inserted = "int a;\nint b;\nint fresh;\nint c;\nint d;\n";
const std::vector<LineHunk> oneMore{{2, 2, 2, 3}};

TEST(AuthorsLines, UnchangedLinesMoveWithWhatCameInFront) {
  EXPECT_EQ(authorsLine(splitLines(inserted), oneMore, 1, "a"), 1U);
  EXPECT_EQ(authorsLine(splitLines(inserted), oneMore, 4, "d"), 5U);
}

TEST(AuthorsLines, OfTwoLinesOfANumberTheOneWithTheNameIsMeant) {
  EXPECT_EQ(authorsLine(splitLines(inserted), oneMore, 3, "fresh"), 3U);
  EXPECT_EQ(authorsLine(splitLines(inserted), oneMore, 3, "c"), 4U);
  EXPECT_EQ(authorsLine(splitLines(inserted), oneMore, 3, "nowhere"), 4U); // the unchanged one
}

TEST(AuthorsLines, AMangledNameIsLookedForByItsParts) {
  constexpr std::string_view text = "struct list {\n  void clear();\n  void add(int);\n};\n";
  const std::vector<LineHunk> two{{1, 1, 1, 3}};
  EXPECT_EQ(authorsLine(splitLines(text), two, 3, "_ZN4list3addEi"), 3U);
  EXPECT_EQ(authorsLine(splitLines(text), two, 2, "_ZN4list5clearEv"), 2U);
}

TEST(AuthorsLines, AReplacedLineKeepsItsNumber) {
  constexpr std::string_view text = "int a;\nlong b;\nint c;\n";
  EXPECT_EQ(authorsLine(splitLines(text), {{1, 2, 1, 2}}, 2, "b"), 2U);
  EXPECT_EQ(authorsLine(splitLines(text), {{1, 2, 1, 2}}, 3, "c"), 3U);
}

TEST(AuthorsLines, NumbersBehindTheEndStayAsTheyAre) {
  EXPECT_EQ(authorsLine(splitLines("int a;\n"), {}, 9, "a"), 9U);
}

} // namespace
} // namespace livepatch

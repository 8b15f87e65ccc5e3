#include "patchbuild/source/line_alignment.h"

#include <gtest/gtest.h>

#include <chrono>

namespace livepatch {
namespace {

// Lines [oldBegin, oldEnd) became [newBegin, newEnd).
std::string aligned(const std::string &text, std::size_t oldBegin, std::size_t oldEnd, std::size_t newBegin,
                    std::size_t newEnd) {
  return alignLines(text, {{oldBegin, oldEnd, newBegin, newEnd}});
}

TEST(LineAlignment, GivesTheLinesBehindAnInsertionTheirOldNumbers) {
  EXPECT_EQ(aligned("a\nnew\nb\nc\n", 1, 1, 1, 2), "a\nnew\n#line 2\nb\nc\n");
}

TEST(LineAlignment, GivesTheLinesBehindADeletionTheirOldNumbers) {
  EXPECT_EQ(aligned("a\nc\n", 1, 2, 1, 1), "a\n#line 3\nc\n");
}

TEST(LineAlignment, NeedsNoDirectiveWhereAsManyLinesCameAsWent) {
  EXPECT_EQ(aligned("a\nB\nc\n", 1, 2, 1, 2), "a\nB\nc\n");
}

TEST(LineAlignment, LeavesATextWithoutHunksAlone) {
  EXPECT_EQ(alignLines("a\nb", {}), "a\nb");
}

TEST(LineAlignment, LeavesATextWithItsOwnDirectivesAlone) {
  EXPECT_EQ(aligned("new\n#line 7 \"x.y\"\na\n", 0, 0, 0, 1), "new\n#line 7 \"x.y\"\na\n");
  EXPECT_EQ(aligned("new\n# 7 \"x.y\"\na\n", 0, 0, 0, 1), "new\n# 7 \"x.y\"\na\n");
}

TEST(LineAlignment, KeepsTheLineEndsOfTheFile) {
  EXPECT_EQ(aligned("new\r\na\r\n", 0, 0, 0, 1), "new\r\n#line 1\r\na\r\n");
}

TEST(LineAlignment, KeepsALastLineWithoutAnEnd) {
  EXPECT_EQ(aligned("new\na", 0, 0, 0, 1), "new\n#line 1\na");
}

TEST(LineAlignment, WaitsForTheEndOfABlockComment) {
  EXPECT_EQ(aligned("/*\nnew\nold */\nint a;\n", 1, 1, 1, 2), "/*\nnew\nold */\n#line 3\nint a;\n");
}

TEST(LineAlignment, WaitsBehindATrailingBackslash) {
  EXPECT_EQ(aligned("#define M \\\n new \\\n x\nint a;\n", 1, 1, 1, 2), "#define M \\\n new \\\n x\n#line 3\nint a;\n");
  // Clang takes "\ " at the end for a continuation as well.
  EXPECT_EQ(aligned("#define M \\ \n new \\ \n x\nint a;\n", 1, 1, 1, 2),
            "#define M \\ \n new \\ \n x\n#line 3\nint a;\n");
}

TEST(LineAlignment, WaitsForTheEndOfAContinuedLineComment) {
  EXPECT_EQ(aligned("// x \\\n new \\\n ( /* y\nint a;\n", 1, 1, 1, 2), "// x \\\n new \\\n ( /* y\n#line 3\nint a;\n");
}

TEST(LineAlignment, WaitsForTheEndOfACall) {
  EXPECT_EQ(aligned("CALL(a,\n new,\n b);\nint a;\n", 1, 1, 1, 2), "CALL(a,\n new,\n b);\n#line 3\nint a;\n");
}

TEST(LineAlignment, KeepsAMacrosNameAndItsArgumentsTogether) {
  EXPECT_EQ(aligned("new\nCALL\n(a);\n", 0, 0, 0, 1), "new\n#line 1\nCALL\n(a);\n");
  EXPECT_EQ(aligned("CALL\n(a);\nint b;\n", 1, 2, 1, 1), "CALL\n(a);\n#line 4\nint b;\n");
}

TEST(LineAlignment, WaitsForTheEndOfARawString) {
  EXPECT_EQ(aligned("s = R\"x(\nnew )\" \nold )x\";\nint a;\n", 1, 1, 1, 2),
            "s = R\"x(\nnew )\" \nold )x\";\n#line 3\nint a;\n");
}

TEST(LineAlignment, IsNotMisledByQuotesAndApostrophes) {
  EXPECT_EQ(aligned("char c = '\"', d = '\\''; int n = 1'000'000;\nnew\na\n", 1, 1, 1, 2),
            "char c = '\"', d = '\\''; int n = 1'000'000;\nnew\n#line 2\na\n");
  EXPECT_EQ(aligned("s = \"/* ( \\\" \";\nnew\na\n", 1, 1, 1, 2), "s = \"/* ( \\\" \";\nnew\n#line 2\na\n");
  EXPECT_EQ(aligned("#error don't (\nnew\na\n", 1, 1, 1, 2), "#error don't (\nnew\n#line 2\na\n");
}

TEST(LineAlignment, EachBranchOfAConditionalOpensItsOwnParenthesis) {
  const std::string head = "#ifdef A\nf(a,\n#else\nf(b,\n#endif\n c);\n";
  EXPECT_EQ(aligned(head + "new\nx\n", 6, 6, 6, 7), head + "new\n#line 7\nx\n");
}

TEST(LineAlignment, RepeatsWhatABranchMayHaveSwallowed) {
  // If A is not defined, neither the new line nor the directive behind it is seen by the compiler.
  EXPECT_EQ(aligned("#ifdef A\nnew\na\n#else\nb\n#endif\nc\n", 1, 1, 1, 2),
            "#ifdef A\nnew\n#line 2\na\n#else\n#line 4\nb\n#endif\n#line 6\nc\n");
}

TEST(LineAlignment, TakesAVeryLongFileInASecond) {
  std::string text;
  std::vector<LineHunk> hunks;
  for (std::size_t i = 0; i < 50000; ++i) {
    if (i % 100 == 0)
      hunks.push_back({i - i / 100, i - i / 100, i, i + 1});
    text += "    call(" + std::to_string(i) + ", \"text\"); /* and a comment */\n";
  }
  const auto begin = std::chrono::steady_clock::now();
  const std::string result = alignLines(text, hunks);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  EXPECT_EQ(result.size() > text.size(), true);
}

TEST(LineHunks, ReadWhatDiffWrites) {
  const auto hunks =
      parseHunks("--- a\n+++ b\n@@ -3 +3,2 @@ f()\n-x\n+y\n+z\n@@ -7,2 +8,0 @@\n-p\n-q\n@@ -9,0 +9 @@\n+r\n");
  ASSERT_TRUE(hunks.ok());
  EXPECT_EQ(*hunks, (std::vector<LineHunk>{{2, 3, 2, 4}, {6, 8, 8, 8}, {9, 9, 8, 9}}));
}

TEST(LineHunks, RefuseWhatIsNotADiff) {
  EXPECT_FALSE(parseHunks("@@ -a +b @@\n").ok());
  EXPECT_FALSE(parseHunks("@@ -5 +5 @@\n@@ -1 +1 @@\n").ok());
}

} // namespace
} // namespace livepatch

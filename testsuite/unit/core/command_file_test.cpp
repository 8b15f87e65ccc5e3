#include "runtime/core/command_file.h"

#include "testsuite/unit/core/damage.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

std::string failureOf(std::string_view text) {
  const auto file = parseCommandFile(text, "fix.cmd");
  return file ? "none" : file.failure().message;
}

TEST(CommandFile, ReadsTheClassicLines) {
  const auto file = parseCommandFile("# Pannus's sample\n"
                                     "J func_J func_J_patch\n"
                                     "\n"
                                     "V str_V 7374725f56206f6620706c75672e00  # str_V of plug.\r\n"
                                     "P str_P str_P_patch\n",
                                     "fix.cmd");
  ASSERT_TRUE(file) << file.failure().text();
  ASSERT_EQ(file->size(), 3u);
  EXPECT_EQ((*file)[0].kind, CommandKind::Jump);
  EXPECT_EQ((*file)[0].patch.name, "func_J_patch");
  EXPECT_EQ(std::string((*file)[1].bytes.begin(), (*file)[1].bytes.end() - 1), "str_V of plug.");
  EXPECT_EQ((*file)[2].target.name, "str_P");
  EXPECT_EQ((*file)[2].line, 5u);
}

TEST(CommandFile, ReadsOffsetsAndGuards) {
  const auto file = parseCommandFile("V src/a.c:table+0x10 0102 if=0304\n"
                                     "P p q if=0\n"
                                     "P p+8 q if=&dir/b.c:old+4\n"
                                     "P p q+2 if=0100000000000000\n",
                                     "fix.cmd");
  ASSERT_TRUE(file) << file.failure().text();
  EXPECT_EQ((*file)[0].target, (SymbolReference{"src/a.c:table", 16}));
  EXPECT_EQ(std::get<BytesGuard>(*(*file)[0].guard).bytes, (std::vector<std::uint8_t>{3, 4}));
  EXPECT_TRUE(std::holds_alternative<NullPointerGuard>(*(*file)[1].guard));
  EXPECT_EQ(std::get<SymbolGuard>(*(*file)[2].guard).symbol, (SymbolReference{"dir/b.c:old", 4}));
  EXPECT_EQ((*file)[3].patch, (SymbolReference{"q", 2}));
}

TEST(CommandFile, NamesLineAndColumnOfAnError) {
  EXPECT_EQ(failureOf("J a b\nX a b\n"), "fix.cmd:2:1: 'X' is no command: J, V or P is expected");
  EXPECT_EQ(failureOf("V a 12g4\n"), "fix.cmd:1:7: 'g' is no hexadecimal digit");
  EXPECT_EQ(failureOf("V a 123"), "fix.cmd:1:8: an odd number of hexadecimal digits");
  EXPECT_EQ(failureOf("J a"), "fix.cmd:1:4: the patch's symbol is missing");
  EXPECT_EQ(failureOf("J a b c"), "fix.cmd:1:7: 'c' is not expected here");
  EXPECT_EQ(failureOf("V a 1234 if=12"), "fix.cmd:1:13: the guard has 1 bytes, 2 are needed");
  EXPECT_EQ(failureOf("J a b if=12"), "fix.cmd:1:7: a J line has no guard");
  EXPECT_EQ(failureOf("J a+1 b"), "fix.cmd:1:3: a J line redirects whole functions: no offset is possible");
  EXPECT_EQ(failureOf("V a 00 if=00 x"), "fix.cmd:1:14: 'x' is not expected here");
  EXPECT_EQ(failureOf("V a+99999999999999999999 00"), "fix.cmd:1:5: the offset does not fit into 64 bits");
  EXPECT_EQ(failureOf("J a\\q b"), "fix.cmd:1:4: a backslash must be followed by x and two hexadecimal digits");
}

TEST(CommandFile, PrintsWhatItReads) {
  CommandFile file;
  // Every name that could be taken for something else.
  for (const char *name : {"plain", "dir with blank/a.c:f", "c++/a.c:f", "odd+12", "#f", "&f", "back\\slash", "t\tb"}) {
    file.push_back({CommandKind::Jump, {name, 0}, {"new", 0}, {}, {}, 0});
    file.push_back({CommandKind::Value, {name, 7}, {}, {0, 255}, BytesGuard{{1, 2}}, 0});
    file.push_back({CommandKind::Pointer, {"p", 8}, {name, 16}, {}, SymbolGuard{{name, 32}}, 0});
    file.push_back({CommandKind::Pointer, {name, 0}, {name, 0}, {}, NullPointerGuard{}, 0});
  }
  const auto again = parseCommandFile(printCommandFile(file), "printed");
  ASSERT_TRUE(again) << again.failure().text();
  EXPECT_EQ(*again, file);
}

TEST(CommandFile, SurvivesDamage) {
  const std::string text = "J src/a.c:f f.lp\nV t+0x10 00ff if=1234\nP p\\x20q r if=&s\n";
  forEachDamage(text, [](const std::string &damaged) { (void)parseCommandFile(damaged, "damaged"); });
}

} // namespace
} // namespace livepatch

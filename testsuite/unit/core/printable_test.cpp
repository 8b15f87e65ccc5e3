#include "runtime/core/printable.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

TEST(Printable, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(printable("a\033]2;b\a\177\tc\nd"), "a\\x1b]2;b\\x07\\x7f\\x09c\nd");
  EXPECT_EQ(printable("a\nb", LineEnds::Shown), "a\\x0ab");
  EXPECT_EQ(printable("a\xc2\x9b"
                      "2J"),
            "a\\x9b2J");
}

TEST(Printable, LeavesEverythingElse) {
  for (const char *text : {"", "thread 7 (worker-1): f(int)", "gr\xc3\xbc\xc3\x9f", "\xc2\xa0", "\xc2", "\xff\x9b"})
    EXPECT_EQ(printable(text), text);
}

} // namespace
} // namespace livepatch

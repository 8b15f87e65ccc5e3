#include "patchbuild/compile/flag_comparison.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

const std::vector<std::string> recorded = {"-cc1",
                                           "-O2",
                                           "-std=gnu17",
                                           "-target-cpu",
                                           "x86-64",
                                           "-D",
                                           "STEP=1",
                                           "-D",
                                           "__GCC_HAVE_DWARF2_CFI_ASM=1",
                                           "-D",
                                           "__DATE__=\"Nov 22 2026\""};

TEST(FlagComparison, TwoSpellingsOfOneCommandAreEqual) {
  EXPECT_FALSE(flagDifference(recorded, {"-cc1", "-DSTEP=1", "-target-cpu", "x86-64", "-O2", "-I", "other"}));
}

TEST(FlagComparison, NamesAMacroThatIsNewGoneOrOfAnotherValue) {
  EXPECT_EQ(flagDifference(recorded, {"-O2", "-target-cpu", "x86-64", "-D", "STEP=1", "-D", "MORE"}), "-D MORE is new");
  EXPECT_EQ(flagDifference(recorded, {"-O2", "-target-cpu", "x86-64"}), "-D STEP=1 is gone");
  EXPECT_EQ(flagDifference(recorded, {"-O2", "-target-cpu", "x86-64", "-D", "STEP=2"}), "-D STEP=2 is new");
}

TEST(FlagComparison, NamesAnotherLevelLanguageProcessorOrSanitizer) {
  const auto with = [](std::vector<std::string> more) {
    std::vector<std::string> all = {"-D", "STEP=1", "-O2", "-target-cpu", "x86-64"};
    all.insert(all.end(), more.begin(), more.end());
    return flagDifference(recorded, all);
  };
  EXPECT_EQ(with({"-O3"}), "-O3 instead of -O2");
  EXPECT_EQ(with({"-std=c99"}), "-std=c99 instead of -std=gnu17");
  EXPECT_EQ(with({"-target-cpu", "native"}), "native instead of x86-64");
  EXPECT_EQ(with({"-fsanitize=undefined"}), "-fsanitize=undefined is new");
}

TEST(FlagComparison, NoOptimisationIsALevelToo) {
  EXPECT_FALSE(flagDifference({"-O0"}, {}));
  EXPECT_EQ(flagDifference({}, {"-O1"}), "-O1 instead of -O0");
}

} // namespace
} // namespace livepatch

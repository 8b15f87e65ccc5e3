#include "patchbuild/decide/numbered_names.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

TEST(NumberedNames, TheCompilersNumbersGo) {
  EXPECT_EQ(withoutNumbers("f.cold.1"), "f.cold");
  EXPECT_EQ(withoutNumbers("_ZZ1fvENK3$_1clEv"), withoutNumbers("_ZZ1fvENK4$_12clEv"));
}

TEST(NumberedNames, TheAuthorsNumbersStay) {
  EXPECT_EQ(withoutNumbers("function2"), "function2");
  EXPECT_NE(withoutNumbers("_Z1fILi3EEvv"), withoutNumbers("_Z1fILi4EEvv"));
}

TEST(NumberedNames, KnowsPiecesOfFunctions) {
  EXPECT_TRUE(isPartName("parse.cold"));
  EXPECT_TRUE(isPartName("OUTLINED_FUNCTION_7"));
  EXPECT_FALSE(isPartName("coldStart"));
}

} // namespace
} // namespace livepatch

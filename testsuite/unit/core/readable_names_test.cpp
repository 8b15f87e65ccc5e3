#include "runtime/core/readable_names.h"

#include <gtest/gtest.h>

namespace livepatch::test {
namespace {

TEST(ReadableNames, ASymbolBecomesItsDeclaration) {
  EXPECT_EQ(readableNames("_ZNK5Store3getERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"),
            "Store::get(std::string const&) const");
  EXPECT_EQ(readableNames("work.cc:_ZL4helpii"), "work.cc:help(int, int)");
}
TEST(ReadableNames, InASentenceOnlyTheSymbolsChange) {
  EXPECT_EQ(readableNames("inlined-callee _Z3minv (via _Z3maxv, low). See _Z3minv."),
            "inlined-callee min() (via max(), low). See min().");
}
TEST(ReadableNames, ClonesKeepTheirMark) {
  EXPECT_EQ(readableNames("_Z3foov.cold"), "foo() [clone .cold]");
}
TEST(ReadableNames, WhatIsNoSymbolStays) {
  for (const char *text : {"", "main", "_Z", "_Zx", "make_Z3foov", "__Z", "a _Z b", "_Z..", "5_Z3foov"})
    EXPECT_EQ(readableNames(text), text);
}
TEST(ReadableNames, AnEndlessNameStays) {
  const std::string name = "_Z" + std::string(100000, 'P') + "i";
  EXPECT_EQ(readableNames(name), name);
}

// Each S<n>_ is twice the one before: these few hundred bytes would be read as 2^80 types.
TEST(ReadableNames, DoNotGrowWithoutEnd) {
  std::string bomb = "_Z1f1PI1A1AE", last = "S1_";
  for (int i = 0; i < 80; ++i) {
    bomb += "S_I" + last + last + "E";
    const int number = i + 1;
    const std::string digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    last = "S" + (number >= 36 ? std::string(1, digits[number / 36]) : "") + digits[number % 36] + "_";
  }
  EXPECT_EQ(readableNames("cannot find " + bomb), "cannot find " + bomb);
}

} // namespace
} // namespace livepatch::test

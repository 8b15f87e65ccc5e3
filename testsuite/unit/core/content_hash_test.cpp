#include "runtime/core/content_hash.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

TEST(ContentHash, IsSha256) {
  // FIPS 180-2, appendix B.1
  EXPECT_EQ(hexText(contentHash("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(contentHash(""), contentHash(std::span<const std::uint8_t>{}));
}

TEST(Hex, GoesBothWays) {
  const std::vector<std::uint8_t> bytes{0x00, 0x7f, 0x80, 0xff};
  EXPECT_EQ(hexText(bytes), "007f80ff");
  EXPECT_EQ(hexBytes("007F80fF"), bytes);
  EXPECT_EQ(hexBytes("00f"), std::nullopt);
  EXPECT_EQ(hexBytes("0x"), std::nullopt);
  EXPECT_EQ(addressText(0x401136), "0x401136");
}

} // namespace
} // namespace livepatch

#include "runtime/core/address_search.h"

#include <bit>
#include <cstring>
#include <gtest/gtest.h>

namespace livepatch {
namespace {

const AddressSearch search({{{0x7f0000001000}, {0x7f0000003000}}, {{0x500000}, {0x501000}}}, 0x1122334455667788);

std::vector<std::uint8_t> memoryWith(std::uint64_t word, std::size_t at) {
  std::vector<std::uint8_t> bytes(64);
  std::memcpy(&bytes[at], &word, sizeof word);
  return bytes;
}

TEST(AddressSearch, FindsAnAddressAtEveryOffset) {
  for (std::size_t at = 0; at <= 56; ++at) {
    EXPECT_EQ(search.find(memoryWith(0x7f0000002fff, at)), at);
    EXPECT_EQ(search.find(memoryWith(0x500000, at)), at);
  }
}

TEST(AddressSearch, TakesRangesWithoutTheirEnd) {
  EXPECT_EQ(search.find(memoryWith(0x7f0000003000, 8)), std::nullopt);
  EXPECT_EQ(search.find(memoryWith(0x7f0000000fff, 8)), std::nullopt);
  EXPECT_EQ(search.find(std::vector<std::uint8_t>(4096)), std::nullopt);
}

TEST(AddressSearch, SeesThroughMarksAndTheLibrarysDisguise) {
  EXPECT_EQ(search.find(memoryWith(0xfff97f0000001000, 16)), 16u); // a number that is none, as interpreters use it
  EXPECT_EQ(search.find(memoryWith(std::rotl(std::uint64_t{0x7f0000001000 ^ 0x1122334455667788}, 17), 24)), 24u);
}

TEST(AddressSearch, LooksAtNothingBehindTheEnd) {
  const auto bytes = memoryWith(0x7f0000002000, 56);
  EXPECT_EQ(search.find(std::span(bytes).first(63)), std::nullopt);
  EXPECT_EQ(search.find(std::span(bytes).first(3)), std::nullopt);
}

} // namespace
} // namespace livepatch

#include "runtime/core/region_header.h"

#include "testsuite/unit/core/damage.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

namespace livepatch {
namespace {

constexpr RuntimeAddr at{0x7f0000001000};

RegionHeader sample() {
  RegionHeader header;
  header.at = at;
  header.reserved = {{0x7f0000000000}, {0x7f0000010000}};
  header.sequence = 3;
  header.state = RegionState::Committed;
  header.leftCount = 1;
  header.active = true;
  header.name = "cve-2024-51741";
  header.identity.fill(0xab);
  header.buildId = "00112233445566778899aabbccddeeff00112233";
  header.code = {{0x7f0000002000}, {0x7f0000003000}};
  header.image = {{0x7f0000003000}, {0x7f0000008000}};
  header.bias = {0x7f0000003000};
  header.agentCommit = {0x7f0000002100};
  header.agentSyscall = {0x7f0000002200};
  header.agentWait = {0x7f0000002280};
  header.mark = {0x7f0000001000};
  header.findObjectHook = {0x7f0000002300};
  header.findObjectSlot = {0x7f8000000000};
  header.redirects.push_back({"src/acl.c:f",
                              {0x401000},
                              45,
                              {0x401008},
                              {1, 2, 3, 4, 5, 6, 7, 8},
                              {0x7f0000002000},
                              {0x7f0000004000},
                              60,
                              {0x40100d}});
  header.redirects.push_back({"g", {0x402000}, 0, {0x402000}, {}, {0x7f0000002030}, {0x7f0000004100}, 0, {0x402005}});
  header.data.push_back(
      {"v", false, {0x404001}, std::vector<std::uint8_t>{1, 2, 3}, {4, 5, 6}, {7, 8, 9}, DataState::Written, {}});
  header.data.push_back({"p",
                         true,
                         {0x404010},
                         std::nullopt,
                         std::vector<std::uint8_t>(8, 1),
                         std::vector<std::uint8_t>(8, 0),
                         DataState::Unwritten,
                         {0x7f1000000000}});
  header.unwind.push_back({{{0x7f0000004000}, {0x7f0000005000}}, {0x7f0000003800}});
  header.islands.push_back({{0x500000}, {0x501000}});
  return header;
}

TEST(RegionHeader, IsTheSameAfterEncodingAndDecoding) {
  const RegionHeader header = sample();
  const auto bytes = encodeRegion(header);
  ASSERT_TRUE(bytes) << bytes.failure().text();
  EXPECT_EQ(bytes->size(), encodedSize(header));
  const auto again = decodeRegion(at, *bytes);
  ASSERT_TRUE(again) << again.failure().text();
  EXPECT_EQ(again->name, header.name);
  EXPECT_EQ(again->buildId, header.buildId);
  EXPECT_EQ(again->state, RegionState::Committed);
  EXPECT_TRUE(again->active);
  EXPECT_EQ(again->redirects[0].name, "src/acl.c:f");
  EXPECT_EQ(again->redirects[0].originalWord, header.redirects[0].originalWord);
  EXPECT_EQ(again->redirects[1].previousTarget, RuntimeAddr{0x402005});
  EXPECT_EQ(again->data[0].guard, header.data[0].guard);
  EXPECT_EQ(again->data[1].guard, std::nullopt);
  EXPECT_EQ(again->data[1].handDown, RuntimeAddr{0x7f1000000000});
  EXPECT_EQ(again->islands, header.islands);
  EXPECT_EQ(*encodeRegion(*again), *bytes); // and everything else
}

TEST(RegionHeader, KnowsWhereItsFieldsAre) {
  const RegionHeader header = sample();
  auto bytes = *encodeRegion(header);
  const auto byteAt = [&](RuntimeAddr field) -> std::uint8_t & { return bytes[static_cast<std::size_t>(field - at)]; };
  EXPECT_EQ(byteAt(flagAddress(at)), 1);
  EXPECT_EQ(byteAt(stateAddress(at)), LP_STATE_COMMITTED);
  EXPECT_EQ(byteAt(dataStateAddress(header, 0)), LP_DATA_WRITTEN);
  EXPECT_EQ(byteAt(savedAddress(header, 0)), 7);
  byteAt(savedAddress(header, 1)) = 0x55;
  byteAt(handDownAddress(header, 0)) = 0x66;
  const auto again = decodeRegion(at, bytes);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->data[1].saved[0], 0x55);
  EXPECT_EQ(again->data[0].handDown, RuntimeAddr{0x66});
}

TEST(RegionHeader, IsRecognisedByItsFirstBytesAndItsOwnAddress) {
  const auto bytes = *encodeRegion(sample());
  const Bytes first = Bytes(bytes).first(LP_REGION_FIXED_SIZE);
  EXPECT_EQ(probeRegion(at, first), bytes.size());
  EXPECT_EQ(probeRegion(at + 4096, first), std::nullopt); // a copy of one
  EXPECT_EQ(probeRegion(at, first.first(511)), std::nullopt);
  EXPECT_FALSE(decodeRegion(at, first)); // the tables are missing
}

TEST(RegionHeader, RefusesWhatCannotBeDescribed) {
  RegionHeader header = sample();
  header.name = "a/b";
  EXPECT_FALSE(encodeRegion(header));
  header = sample();
  header.buildId = std::string(66, '0');
  EXPECT_FALSE(encodeRegion(header));
  header = sample();
  header.data[0].saved.clear();
  EXPECT_FALSE(encodeRegion(header));
}

TEST(RegionHeader, SurvivesDamage) {
  forEachDamage(*encodeRegion(sample()), [](const std::vector<std::uint8_t> &damaged) {
    if (const auto header = decodeRegion(at, damaged)) {
      EXPECT_LE(encodedSize(*header), damaged.size());
    }
  });
}

// Of an older format they would be refused at their first bytes, and the fuzzers begin with nothing.
TEST(RegionHeader, IsWhatTheFuzzersSeedsAre) {
  int seeds = 0;
  for (const auto &entry : std::filesystem::directory_iterator("fuzz/seeds/region_header")) {
    if (entry.path().filename().string().rfind("applied-", 0) != 0)
      continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    const auto header =
        decodeRegion({0x7f0000000000}, {reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size()});
    EXPECT_TRUE(header) << entry.path() << ": make them anew with testsuite/fuzz/region_seeds.py";
    ++seeds;
  }
  EXPECT_GT(seeds, 0);
}

} // namespace
} // namespace livepatch

#include "patchbuild/map/chunk.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

using Section = std::vector<std::uint8_t>;

void put(Section &section, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i)
    section.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void putChunk(Section &section, char kind, const std::string &json, const std::vector<std::uint64_t> &addresses) {
  for (char c : std::string("LPM1") + kind)
    section.push_back(static_cast<std::uint8_t>(c));
  put(section, json.size(), 4);
  put(section, addresses.size(), 4);
  section.insert(section.end(), json.begin(), json.end());
  for (std::uint64_t address : addresses)
    put(section, address, 8);
}

Section twoChunks() {
  Section section;
  putChunk(section, 'U', "{}", {0x1122334455667788, 0});
  section.insert(section.end(), 5, 0);
  putChunk(section, 'T', "{\"hash\":1}", {});
  section.insert(section.end(), 3, 0);
  return section;
}

TEST(Chunk, ReadsARowOfChunksWithZerosBetween) {
  const Section section = twoChunks();
  const auto chunks = parseChunks(section, "x");
  ASSERT_TRUE(chunks.ok()) << chunks.failure().text();
  ASSERT_EQ(chunks->size(), 2u);
  EXPECT_EQ((*chunks)[0].kind, ChunkKind::Unit);
  EXPECT_EQ((*chunks)[0].json, "{}");
  EXPECT_EQ((*chunks)[0].addresses, (std::vector<std::uint64_t>{0x1122334455667788, 0}));
  EXPECT_EQ((*chunks)[1].kind, ChunkKind::Type);
  EXPECT_EQ((*chunks)[1].json, "{\"hash\":1}");
}

TEST(Chunk, AnEmptySectionHasNone) {
  EXPECT_TRUE(parseChunks(Section(8, 0), "x")->empty());
}

TEST(Chunk, ATruncationInsideAChunkIsAnError) {
  const Section whole = twoChunks();
  // 31: the first chunk is whole and only zeros follow; the last three are zeros, too.
  for (std::size_t length = 0; length < whole.size() - 3; ++length) {
    const bool betweenChunks = length == 0 || (length >= 31 && length <= 36);
    EXPECT_EQ(parseChunks(std::span(whole).first(length), "x").ok(), betweenChunks) << length;
  }
}

TEST(Chunk, HugeLengthsAndCountsAreErrors) {
  Section section = twoChunks();
  for (std::size_t at : {5u, 9u}) {
    Section hostile = section;
    for (std::size_t i = 0; i < 4; ++i)
      hostile[at + i] = 0xff;
    const auto chunks = parseChunks(hostile, "x");
    ASSERT_FALSE(chunks.ok());
    EXPECT_EQ(chunks.failure().message,
              "x: the map section is damaged at offset 0: a chunk reaches beyond the section");
  }
}

TEST(Chunk, WrongMagicAndKindAreErrors) {
  Section section = twoChunks();
  section[3] = '2';
  EXPECT_EQ(parseChunks(section, "x").failure().message,
            "x: the map section is damaged at offset 0: no chunk begins here");
  section = twoChunks();
  section[4] = 'X';
  EXPECT_EQ(parseChunks(section, "x").failure().message,
            "x: the map section is damaged at offset 0: a chunk of unknown kind 88");
}

} // namespace
} // namespace livepatch

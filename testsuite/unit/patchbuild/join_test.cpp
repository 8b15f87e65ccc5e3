#include "patchbuild/map/join.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

constexpr std::uint64_t entry = 0x1000;

ElfFacts factsWithEntryBytes(std::vector<std::uint8_t> bytes) {
  ElfFacts facts;
  facts.object.machine = "x86_64";
  facts.symbols.insert({entry, {"f", 42, false}});
  facts.symbols.insert({entry, {"alias_of_f", 1, false}});
  bytes.resize(64, 0x90);
  facts.text.push_back({entry, std::move(bytes)});
  return facts;
}

const char unitText[] = R"json({"unit":1,"source":"a.c","directory":"/d","command":[],
    "compiler":{"name":"clang","version":"1","executable":"/c"},
    "functions":[{"name":"f","linkage":"external","address":0,"padding":{"kind":"nop5","offset":0}}],
    "variables":[{"name":"t","linkage":"internal","address":1,"tls":true,"size":4}]})json";

MapUnit joined(const ElfFacts &facts, std::uint64_t address = entry) {
  const auto map = joinMap({{ChunkKind::Unit, 0, unitText, {address, 0}}}, facts, "x");
  EXPECT_TRUE(map.ok()) << map.failure().text();
  return map->units.at(0);
}

TEST(Join, TakesSizesFromTheSymbolOfTheSameName) {
  EXPECT_EQ(joined(factsWithEntryBytes({0x0f, 0x1f, 0x44, 0x00, 0x08})).functions[0].size, 42u);
}

TEST(Join, KeepsPaddingThatTheFileHas) {
  const MapUnit unit = joined(factsWithEntryBytes({0x0f, 0x1f, 0x44, 0x00, 0x08}));
  EXPECT_EQ(unit.functions[0].padding.kind, PaddingKind::Nop5);
}

TEST(Join, DropsPaddingThatTheFileDoesNotHave) {
  const MapUnit unit = joined(factsWithEntryBytes({0x55, 0x48, 0x89, 0xe5}));
  EXPECT_EQ(unit.functions[0].padding.kind, PaddingKind::None);
}

TEST(Join, DropsPaddingThatOneStoreCannotReplace) {
  ElfFacts facts = factsWithEntryBytes({0, 0, 0, 0, 0x0f, 0x1f, 0x44, 0x00, 0x08});
  EXPECT_EQ(joined(facts, entry + 4).functions[0].padding.kind, PaddingKind::None);
}

TEST(Join, DropsPaddingOutsideTheText) {
  const MapUnit unit = joined(factsWithEntryBytes({0x0f, 0x1f, 0x44, 0x00, 0x08}), 0x9000);
  EXPECT_EQ(unit.functions[0].padding.kind, PaddingKind::None);
}

TEST(Join, AThreadLocalAtOffsetZeroIsThereOnlyWithItsSymbol) {
  ElfFacts facts = factsWithEntryBytes({});
  EXPECT_FALSE(joined(facts).variables[0].address);
  facts.symbols.insert({0, {"t", 4, true}});
  EXPECT_EQ(joined(facts).variables[0].address, LinkAddr{0});
}

TEST(Join, ADamagedChunkNamesItsPlace) {
  const auto map = joinMap({{ChunkKind::Unit, 77, "{", {}}}, factsWithEntryBytes({}), "x");
  ASSERT_FALSE(map.ok());
  EXPECT_EQ(map.failure().message, "x: map chunk at offset 77: is not valid JSON (damaged or truncated)");
}

} // namespace
} // namespace livepatch

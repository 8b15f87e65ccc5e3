#include "runtime/core/map.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

const char unitText[] = R"json({
  "unit": 1, "source": "src/../src/acl.c", "directory": "/build/redis", "command": ["-cc1", "-O2"],
  "compiler": {"name": "clang", "version": "14.0.6", "executable": "/usr/bin/clang", "plugin": 1},
  "optimization": "2", "module-flags": ["PIE Level=2"], "files": ["src/acl.c", "src/server.h"],
  "functions": [
    {"name": "ACLSetUser", "linkage": "external", "hidden": true, "address": 0, "late": "aa", "early": "bb",
     "convention": "i32 (ptr)", "type": "int (user *)", "means": "int (struct user *)", "padding": {"kind": "endbr-nop5", "offset": 8},
     "uses": ["x"], "calls": ["y"], "repeats": ["y"], "place": "src/acl.c:812", "traits": ["address-taken"]},
    {"name": "dropped", "linkage": "internal", "address": 1, "padding": {"kind": "nop5", "offset": 0}},
    {"name": "inlined", "linkage": "internal", "padding": {"kind": "none"}}],
  "variables": [
    {"name": "perThread", "linkage": "internal", "address": 1, "tls": true, "size": 8, "align": 8},
    {"name": "counter.n", "linkage": "internal", "address": 2, "base": "n", "owner": "counter", "constant": true,
     "dynamic-init": true, "content": "cc", "type": "level_t", "means": "int"}],
  "aliases": [{"name": "other", "target": "ACLSetUser", "kind": "alias", "linkage": "weak", "address": 0}],
  "types": ["dd"]})json";

const std::vector<std::uint64_t> addresses = {0x1000, 0, 0x2000};

MapUnit chunkUnit() {
  auto unit = parseUnit(unitText, &addresses, nullptr, "test");
  EXPECT_TRUE(unit.ok()) << unit.failure().text();
  return std::move(unit).value();
}

std::string failureOf(const std::string &text, const std::vector<std::uint64_t> *given = &addresses) {
  RecordTable records;
  auto unit = parseUnit(text, given, &records, "test");
  if (unit.ok())
    return "no failure";
  EXPECT_EQ(unit.failure().fault, Fault::Format);
  return unit.failure().message;
}

std::string withReplaced(std::string text, const std::string &what, const std::string &by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

TEST(Map, TakesAddressesFromTheChunk) {
  const MapUnit unit = chunkUnit();
  EXPECT_EQ(unit.functions[0].address, LinkAddr{0x1000});
  EXPECT_TRUE(unit.functions[0].defined);
  EXPECT_EQ(unit.aliases[0].address, LinkAddr{0x1000});
}

TEST(Map, TellsDroppedByTheLinkerFromNeverEmitted) {
  const MapUnit unit = chunkUnit();
  EXPECT_TRUE(unit.functions[1].defined);
  EXPECT_FALSE(unit.functions[1].address);
  EXPECT_FALSE(unit.functions[2].defined);
}

TEST(Map, OffsetZeroOfAThreadLocalIsAPlace) {
  EXPECT_EQ(chunkUnit().variables[0].address, LinkAddr{0});
}

TEST(Map, SourcePathIsAbsoluteAndNormal) {
  EXPECT_EQ(chunkUnit().sourcePath(), "/build/redis/src/acl.c");
}

TEST(Map, WhatIsPrintedReadsBackTheSame) {
  Map map;
  map.object = {"redis-server", "libx.so.1", "0123", "x86_64", true};
  map.units.push_back(chunkUnit());
  map.units[0].functions[0].size = 77;
  RecordLayout &written = map.types["dd"];
  written.hash = "dd";
  written.name = "struct s";
  written.kind = "struct";
  written.place = "s.h:1";
  written.size = 16;
  written.align = 8;
  written.fields = {{"f", "text_t", 64, "char *"}, {"g", "int", 128}};
  written.bases = {{"Base", 8}};
  written.vtable = {"_ZN1A1fEv"};
  written.enumerators = {{"RED", -1}};
  const std::string text = printMap(map);
  auto again = parseMap(text, "again");
  ASSERT_TRUE(again.ok()) << again.failure().text();
  EXPECT_EQ(printMap(*again), text);
  EXPECT_EQ(again->object.soname, "libx.so.1");
  EXPECT_TRUE(again->object.pie);
  const MapFunction &function = again->units[0].functions[0];
  EXPECT_EQ(function.size, 77u);
  EXPECT_EQ(function.padding.kind, PaddingKind::EndbrNop5);
  EXPECT_EQ(function.padding.offset, 8u);
  EXPECT_TRUE(function.has("address-taken"));
  EXPECT_TRUE(again->units[0].functions[1].defined);
  EXPECT_FALSE(again->units[0].functions[1].address);
  EXPECT_EQ(again->units[0].variables[0].address, LinkAddr{0});
  EXPECT_EQ(again->units[0].variables[1].owner, "counter");
  const RecordLayout &record = again->types.at("dd");
  EXPECT_EQ(record.fields[0].bitOffset, 64u);
  EXPECT_EQ(record.fields[0].means, "char *");
  EXPECT_EQ(record.fields[1].means, "");
  EXPECT_EQ(function.means, "int (struct user *)");
  EXPECT_EQ(function.repeats, std::vector<std::string>{"y"});
  EXPECT_EQ(again->units[0].variables[1].means, "int");
  EXPECT_EQ(record.enumerators[0].second, -1);
  EXPECT_EQ(record.bases[0].first, "Base");
}

TEST(Map, AnAnalysisCarriesInitialisersAndRecords) {
  RecordTable records;
  auto unit = parseUnit(R"({"unit":1,"source":"a.c","directory":"/d","command":[],
        "compiler":{"name":"clang","version":"1","executable":"/c"},
        "variables":[{"name":"v","linkage":"external","defined":true,"size":16,"bytes":"00fF",
                      "pieces":[0,8,8,8],"pointers":[[8,"target",-4]]}],
        "records":{"ab":{"hash":"ab","name":"struct t","kind":"struct","size":4,"align":4,
                         "uses":{"signatures":["f"],"hands-to":["g"]}}}})",
                        nullptr, &records, "test");
  ASSERT_TRUE(unit.ok()) << unit.failure().text();
  EXPECT_TRUE(unit->variables[0].defined);
  EXPECT_EQ(unit->variables[0].bytes, (std::vector<std::uint8_t>{0, 0xff}));
  EXPECT_EQ(unit->variables[0].pointers[0].addend, -4);
  ASSERT_EQ(unit->variables[0].pieces.size(), 2u);
  EXPECT_EQ(unit->variables[0].pieces[1].offset, 8u);
  EXPECT_EQ(records.at("ab").name, "struct t");
  ASSERT_TRUE(records.at("ab").uses);
  EXPECT_EQ(records.at("ab").uses->escape, "");
  EXPECT_EQ(records.at("ab").uses->handsTo, std::vector<std::string>{"g"});
}

TEST(Map, AnAddressBeyondTheChunkIsAnError) {
  const std::vector<std::uint64_t> two = {0x1000, 0};
  EXPECT_EQ(failureOf(unitText, &two), "test: variables[1].address is 2, but the chunk has only 2 addresses");
}

TEST(Map, DamageNamesTheInputAndTheKey) {
  EXPECT_EQ(failureOf(withReplaced(unitText, "\"name\": \"dropped\",", "")), "test: functions[1].name is missing");
  EXPECT_EQ(failureOf(withReplaced(unitText, "\"ACLSetUser\"", "7")), "test: functions[0].name is not a string");
  EXPECT_EQ(failureOf(withReplaced(unitText, "\"size\": 8", "\"size\": -8")),
            "test: variables[0].size is not a number from 0 on");
  EXPECT_EQ(failureOf(withReplaced(unitText, "[\"dd\"]", "{}")), "test: types is not an array");
  EXPECT_EQ(failureOf(withReplaced(unitText, "\"internal\"", "\"inward\"")),
            "test: functions[1].linkage has the unknown value \"inward\"");
  EXPECT_EQ(failureOf(withReplaced(unitText, "\"unit\": 1", "\"unit\": 2")),
            "test: unit is version 2, this program reads version 1");
  EXPECT_EQ(failureOf("[]"), "test: is not an object");
}

TEST(Map, AnOddNumberOfHexDigitsIsAnError) {
  EXPECT_EQ(failureOf(withReplaced(unitText, "\"tls\": true", "\"bytes\": \"abc\"")),
            "test: variables[0].bytes is not a row of hexadecimal byte pairs");
}

TEST(Map, EveryTruncationIsAnErrorAndNeverACrash) {
  const std::string whole(unitText);
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(parseUnit(whole.substr(0, length), &addresses, nullptr, "test").ok()) << length;
}

TEST(Map, AnotherVersionOfTheMapfileIsRefused) {
  auto map = parseMap(R"({"livepatch-map":2,"object":{},"units":[],"types":{}})", "x.lpmap");
  ASSERT_FALSE(map.ok());
  EXPECT_EQ(map.failure().message, "x.lpmap: is a mapfile of version 2, this program reads version 1");
}

TEST(Map, ARecordUnderAForeignHashIsAnError) {
  auto map = parseMap(R"({"livepatch-map":1,"object":{},"units":[],"types":{"aa":{"hash":"bb"}}})", "x.lpmap");
  ASSERT_FALSE(map.ok());
  EXPECT_EQ(map.failure().message, "x.lpmap: types.aa stands under another hash than its own");
}

} // namespace
} // namespace livepatch

// Changed files that no compile reads: which of them may still change the program.
#include "patchbuild/source/build_inputs.h"

#include <gtest/gtest.h>

namespace livepatch::test {
namespace {

using Names = std::vector<std::string>;

BuildInputs inputsOf(const Names &others, const Names &sources = {}) {
  Map map;
  map.units.resize(1);
  map.units[0].directory = "/top";
  map.units[0].source = "src/work.c";
  map.units[0].files = {"src/work.c", "src/work.h", "build/config.h", "build/table.inc", "build/parser.tab.c"};
  SourceChange change;
  change.root = change.recordedRoot = "/top";
  change.otherFiles = others;
  for (const std::string &name : sources)
    change.changed.push_back({"/top/" + name, name, "old", "new"});
  return unreadBuildInputs(BaseTree(map, "/top", "/top"), change);
}

TEST(BuildInputs, WhatACompileReadsIsNone) {
  const BuildInputs inputs = inputsOf({}, {"src/work.c", "src/work.h"});
  EXPECT_TRUE(inputs.descriptions.empty() && inputs.generators.empty() && inputs.others.empty());
}
TEST(BuildInputs, OtherProgramsSourcesAreNone) {
  EXPECT_TRUE(inputsOf({}, {"tool/tool.c", "tool/tool.h"}).others.empty());
}
TEST(BuildInputs, BuildDescriptions) {
  const Names all = {"CMakeLists.txt", "cmake/find.cmake", "src/Makefile.am", "configure.ac", "meson.build"};
  EXPECT_EQ(inputsOf(all).descriptions, all);
}
TEST(BuildInputs, TemplatesAndGrammars) {
  const Names all = {"src/config.h.in", "api/service.proto", "src/grammar.y"};
  EXPECT_EQ(inputsOf({"src/config.h.in", "api/service.proto"}, {"src/grammar.y"}).generators, all);
}
TEST(BuildInputs, DataNamedLikeSomethingThatIsRead) {
  EXPECT_EQ(inputsOf({"src/table.txt", "src/words.txt"}).generators, Names{"src/table.txt"});
}
TEST(BuildInputs, ProseAndTestsNamedLikeASource) {
  const Names all = {"doc/work.md", "doc/work.1", "tests/work.tcl"};
  EXPECT_EQ(inputsOf(all).others, all);
}
TEST(BuildInputs, EachKindHasItsNote) {
  BuildInputs inputs = inputsOf({"CMakeLists.txt", "src/config.h.in"});
  const Names notes = notesOf(inputs);
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_NE(notes[0].find("src/config.h.in"), std::string::npos);
  EXPECT_NE(notes[1].find("CMakeLists.txt"), std::string::npos);
  inputs.flagsAreCompared = true;
  EXPECT_EQ(notesOf(inputs).size(), 1u);
}

} // namespace
} // namespace livepatch::test

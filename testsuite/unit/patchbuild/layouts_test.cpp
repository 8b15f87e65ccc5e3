#include "patchbuild/decide/layouts.h"
#include "sketch.h"

namespace livepatch::test {
namespace {

RecordLayout record(std::string hash, std::uint64_t size, std::vector<RecordField> fields) {
  RecordLayout out;
  out.hash = std::move(hash);
  out.name = "struct client";
  out.kind = "struct";
  out.place = "a.h:3";
  out.size = size;
  out.align = 8;
  out.fields = std::move(fields);
  return out;
}

Strings rulesFor(const RecordLayout &before, const RecordLayout &after) {
  Sketch sketch({{.functionsBefore = {function("f", "1")},
                  .functionsAfter = {function("f", "1")},
                  .recordsBefore = {before},
                  .recordsAfter = {after}}});
  return rulesOf(sketch.decide());
}

const RecordLayout old = record("h0", 16, {{"id", "long", 0}, {"flags", "int", 64}});

TEST(Layouts, AGrownStructIsRefusedAlthoughNoFunctionChanges) {
  EXPECT_EQ(rulesFor(old, record("h1", 24, {{"id", "long", 0}, {"flags", "int", 64}, {"next", "long", 128}})),
            Strings{"layout"});
}

TEST(Layouts, AFieldInAHoleIsRefused) {
  EXPECT_EQ(rulesFor(old, record("h1", 16, {{"id", "long", 0}, {"flags", "int", 64}, {"more", "int", 96}})),
            Strings{"layout"});
}

TEST(Layouts, AnotherTypedefAtTheSameOffsetIsRefused) {
  EXPECT_EQ(rulesFor(record("h0", 8, {{"name", "char *", 0}}), record("h1", 8, {{"name", "sds", 0}})),
            Strings{"layout"});
}

TEST(Layouts, AConstInFrontOfAPointerIsNoOtherLayout) {
  EXPECT_EQ(rulesFor(record("h0", 8, {{"name", "char *", 0}}), record("h1", 8, {{"name", "const char *", 0}})),
            Strings{});
}

TEST(Layouts, ARenamedFieldIsTheSameField) {
  EXPECT_EQ(rulesFor(old, record("h1", 16, {{"id", "long", 0}, {"mode", "int", 64}})), Strings{});
}

TEST(Layouts, TwoFieldsThatSwapNamesAreRefused) {
  EXPECT_EQ(rulesFor(record("h0", 8, {{"a", "int", 0}, {"b", "int", 32}}),
                     record("h1", 8, {{"b", "int", 0}, {"a", "int", 32}})),
            Strings{"layout"});
}

TEST(Layouts, ANewTypeIsFine) {
  Sketch sketch({{.recordsAfter = {old}}});
  EXPECT_TRUE(sketch.decide().refusals.empty());
}

TEST(Layouts, AnotherVirtualFunctionIsRefused) {
  RecordLayout before = old, after = old;
  before.vtable = {"_ZN1A1fEv"};
  after.hash = "h1";
  after.vtable = {"_ZN1A1fEv", "_ZN1A1gEv"};
  EXPECT_EQ(rulesFor(before, after), Strings{"cpp-class"});
}

TEST(Layouts, TheRefusalNamesBothSizesAndTheChange) {
  Sketch sketch(
      {{.functionsBefore = {function("f", "1")},
        .functionsAfter = {function("f", "1")},
        .recordsBefore = {old},
        .recordsAfter = {record("h1", 24, {{"id", "long", 0}, {"flags", "int", 64}, {"next", "long", 128}})}}});
  const Verdict verdict = sketch.decide();
  ASSERT_EQ(verdict.refusals.size(), 1u);
  EXPECT_EQ(verdict.refusals[0].oldDefinition, "16 bytes, a.h:3");
  EXPECT_NE(verdict.refusals[0].newDefinition.find("new field long next at byte 16"), std::string::npos);
  EXPECT_EQ(verdict.refusals[0].users, Strings{"f (a.c)"});
}

TEST(Layouts, ARenumberedEnumeratorIsAWarning) {
  RecordLayout before, after;
  before.hash = "e0", after.hash = "e1";
  before.name = after.name = "enum color";
  before.kind = after.kind = "enum";
  before.size = after.size = 4;
  before.enumerators = {{"RED", 0}, {"BLUE", 1}};
  after.enumerators = {{"RED", 0}, {"GREEN", 1}, {"BLUE", 2}};
  Sketch sketch({{.recordsBefore = {before}, .recordsAfter = {after}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.refusals.empty());
  ASSERT_EQ(verdict.warnings.size(), 1u);
  EXPECT_EQ(verdict.warnings[0].kind, "renumber");
  EXPECT_EQ(verdict.warnings[0].thing, "BLUE");
}

} // namespace
} // namespace livepatch::test

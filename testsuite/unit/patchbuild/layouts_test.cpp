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

TEST(Layouts, ATypedefThatComesToMeanAnotherTypeIsRefused) {
  EXPECT_EQ(rulesFor(record("h0", 8, {{"level", "level_t", 0, "long"}}),
                     record("h1", 8, {{"level", "level_t", 0, "unsigned long"}})),
            Strings{"layout"});
}

TEST(Layouts, ATypeThatIsRenamedAndGrowsIsRefused) {
  RecordLayout after = record("h1", 24, {{"id", "long", 0}, {"flags", "int", 64}, {"next", "long", 128}});
  after.name = "struct customer";
  EXPECT_EQ(rulesFor(old, after), Strings{"layout"});
  RecordLayout same = old;
  same.hash = "h2";
  same.name = "struct customer";
  EXPECT_EQ(rulesFor(old, same), Strings{});
  RecordLayout other = record("h3", 8, {{"text", "char *", 0}});
  other.name = "struct line";
  EXPECT_EQ(rulesFor(old, other), Strings{});
}

// Locals only: what the analysis of the new source says of the type.
RecordLayout grown(RecordUses uses) {
  RecordLayout out = record("h1", 24, {{"id", "long", 0}, {"flags", "int", 64}, {"next", "long", 128}});
  out.uses = std::move(uses);
  return out;
}

TEST(Layouts, ATypeOfLocalsMayGrow) {
  EXPECT_EQ(rulesFor(old, grown({})), Strings{});
  EXPECT_EQ(rulesFor(old, grown({.escape = "it is part of struct list at a.h:9"})), Strings{"layout"});
  EXPECT_EQ(rulesFor(old, grown({.handsTo = {"elsewhere"}})), Strings{"layout"});
}

TEST(Layouts, AChangedFunctionThatGetsALocalOfAnotherLayoutIsNotRedirected) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"g"}), local(function("g", "1"))},
                  .functionsAfter = {function("f", "1", {"g"}), local(function("g", "2"))},
                  .recordsBefore = {old},
                  .recordsAfter = {grown({.signatures = {"g"}})}}});
  const Verdict verdict = sketch.decide();
  EXPECT_EQ(rulesOf(verdict), Strings{});
  ASSERT_TRUE(planned(verdict, "g"));
  EXPECT_EQ(planned(verdict, "g")->action, FunctionAction::BoundInside);
  ASSERT_TRUE(planned(verdict, "f")); // for it calls g
  EXPECT_EQ(planned(verdict, "f")->reasons, Strings{"callee-signature g"});
}

TEST(Layouts, AChangedFunctionThatGetsALocalOfAnotherLayoutMustNotBeReachedFromOutside) {
  Sketch sketch({{.functionsBefore = {function("g", "1")},
                  .functionsAfter = {function("g", "2")},
                  .recordsBefore = {old},
                  .recordsAfter = {grown({.signatures = {"g"}})}}});
  sketch.image.exported.insert("g");
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"signature-escapes"});
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
  EXPECT_EQ(verdict.refusals[0].oldDefinition, "16 bytes");
  EXPECT_EQ(verdict.refusals[0].oldPlace, "a.h:3");
  EXPECT_NE(verdict.refusals[0].newDefinition.find("new field long next at byte 16"), std::string::npos);
  EXPECT_EQ(verdict.refusals[0].users, Strings{"f (a.c)"});
}

TEST(Layouts, AFieldInFrontOfManyIsNamedAlone) {
  std::vector<RecordField> few = {{"id", "long", 0}}, more = {{"id", "long", 0}, {"count", "long", 64}};
  for (unsigned i = 1; i <= 80; ++i) {
    few.push_back({"field" + std::to_string(i), "long", 64 * i});
    more.push_back({"field" + std::to_string(i), "long", 64 * (i + 1)});
  }
  more[40].type = "float";
  EXPECT_EQ(layoutDifferences(record("h0", 656, few), record("h1", 664, more)),
            (Strings{"size 656 is now 664", "new field long count at byte 8", "field field39 was long and is now float",
                     "79 fields moved: field1 is now at byte 16, was at byte 8, and so on"}));
}

TEST(Layouts, FieldsThatOnlyChangePlacesAreNamedByPlace) {
  const auto four = [](const char *a, const char *b, const char *c, const char *d) {
    return std::vector<RecordField>{{a, "long", 0}, {b, "long", 64}, {c, "long", 128}, {d, "long", 192}};
  };
  EXPECT_EQ(layoutDifferences(record("h0", 32, four("a", "b", "c", "d")), record("h1", 32, four("b", "a", "c", "d"))),
            (Strings{"field 1: long a at byte 0 is now long b at byte 0",
                     "field 2: long b at byte 8 is now long a at byte 8"}));
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

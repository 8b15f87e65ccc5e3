// The rules for variables: what lives in the running program keeps its size, its meaning and its state.
#include "sketch.h"

namespace livepatch::test {
namespace {

Sketch changing(MapVariable before, MapVariable after) {
  return Sketch({{.functionsBefore = {function("f", "1", {before.name})},
                  .functionsAfter = {function("f", "2", {after.name})},
                  .variablesBefore = {before},
                  .variablesAfter = {after}}});
}

TEST(Variables, AGrownArrayIsRefusedWithItsUsers) {
  MapVariable after = variable("table", "0", "int [8]");
  after.size = 32;
  const Verdict verdict = changing(variable("table", "0", "int [4]"), after).decide();
  ASSERT_EQ(rulesOf(verdict), Strings{"variable-size"});
  EXPECT_EQ(verdict.refusals.front().users, Strings{"f (a.c)"});
}

TEST(Variables, AnotherTypeOfTheSameSizeIsRefused) {
  EXPECT_EQ(rulesOf(changing(variable("level", "7", "unsigned int"), variable("level", "7", "float")).decide()),
            Strings{"variable-type"});
}

TEST(Variables, OneThatBecomesThreadLocalIsRefused) {
  MapVariable after = variable("n", "0");
  after.tls = true;
  EXPECT_EQ(rulesOf(changing(variable("n", "0"), after).decide()), Strings{"variable-kind"});
}

TEST(Variables, AWritableOneThatWasConstantIsRefused) {
  EXPECT_EQ(rulesOf(changing(constant(variable("n", "0")), variable("n", "0")).decide()), Strings{"variable-kind"});
}

TEST(Variables, AVariableThatBecomesAFunctionIsRefused) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"x"})},
                  .functionsAfter = {function("f", "2", {"x"}), function("x", "1")},
                  .variablesBefore = {variable("x", "0")}}});
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"kind"});
}

TEST(Variables, ANewOneLivesInThePatch) {
  Sketch sketch({{.functionsBefore = {function("f", "1")},
                  .functionsAfter = {function("f", "2", {"fresh", "shown"})},
                  .variablesAfter = {local(variable("fresh", "5")), variable("shown", "0")}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.refusals.empty());
  EXPECT_TRUE(verdict.plan.orders.front().define.contains("fresh"));
  EXPECT_EQ(verdict.plan.orders.front().define.at("shown").as, "shown");
}

TEST(Variables, ANewThreadLocalIsRefused) {
  MapVariable fresh = local(variable("fresh", "0"));
  fresh.tls = true;
  Sketch sketch({{.functionsBefore = {function("f", "1")},
                  .functionsAfter = {function("f", "2", {"fresh"})},
                  .variablesAfter = {fresh}}});
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"tls-new"});
}

TEST(Variables, ANewOneWhoseInitialiserIsCodeIsRefused) {
  MapVariable fresh = local(variable("fresh", "0"));
  fresh.dynamicInit = true;
  Sketch sketch({{.functionsBefore = {function("f", "1")},
                  .functionsAfter = {function("f", "2", {"fresh"})},
                  .variablesAfter = {fresh}}});
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"dynamic-init"});
}

TEST(Variables, ARenamedStaticKeepsItsState) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"old"})},
                  .functionsAfter = {function("f", "2", {"now"})},
                  .variablesBefore = {local(variable("old", "0"))},
                  .variablesAfter = {local(variable("now", "0"))}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.refusals.empty());
  EXPECT_EQ(verdict.plan.orders.front().external.at("now"), "a.c:old");
}

TEST(Variables, ARenameThatIsNotCertainIsRefused) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"old"}), function("g", "1")},
                  .functionsAfter = {function("f", "2"), function("g", "2", {"now"})},
                  .variablesBefore = {local(variable("old", "0"))},
                  .variablesAfter = {local(variable("now", "0"))}}});
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"rename-ambiguous"});
}

TEST(Variables, AStaticThatMovesToAnotherFileIsRefused) {
  Sketch sketch({{.name = "a.c",
                  .functionsBefore = {function("f", "1", {"state"})},
                  .functionsAfter = {function("f", "2")},
                  .variablesBefore = {local(variable("state", "0"))}},
                 {.name = "b.c",
                  .functionsBefore = {function("g", "1")},
                  .functionsAfter = {function("g", "2", {"state"})},
                  .variablesAfter = {local(variable("state", "0"))}}});
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"static-moved"});
}

TEST(Variables, AStaticOfAFileThatIsRemovedCountsAsMoved) {
  Sketch sketch({{.name = "a.c",
                  .functionsBefore = {function("g", "1")},
                  .functionsAfter = {function("g", "2", {"state"})},
                  .variablesAfter = {local(variable("state", "0"))}},
                 {.name = "gone.c", .variablesBefore = {local(variable("state", "0"))}, .recompiled = false}});
  sketch.change.changed.push_back({"/src/gone.c", "gone.c", "int old;", std::nullopt});
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"static-moved"});
}

TEST(Variables, AStaticThatMovesIntoAStructIsRefused) {
  RecordLayout record;
  record.hash = "h1";
  record.name = "struct state";
  record.kind = "struct";
  record.size = 8;
  record.fields = {{"counter", "int", 0}, {"other", "int", 32}};
  MapVariable whole = local(variable("all", "1", "struct state"));
  whole.size = 8;
  Sketch sketch({{.functionsBefore = {function("f", "1", {"counter"})},
                  .functionsAfter = {function("f", "2", {"all"})},
                  .variablesBefore = {local(variable("counter", "0"))},
                  .variablesAfter = {whole},
                  .recordsAfter = {record}}});
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"static-into-struct"});
}

TEST(Variables, AStaticThatBecomesGlobalIsTheSameOne) {
  Sketch sketch(
      {{.functionsBefore = {function("f", "1", {"x"})},
        .functionsAfter = {function("f", "2", {"x"})},
        .variablesBefore = {local(variable("x", "0"))},
        .variablesAfter = {variable("x", "0")}},
       {.name = "b.c", .functionsBefore = {function("g", "1")}, .functionsAfter = {function("g", "2", {"x"})}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.refusals.empty());
  EXPECT_EQ(verdict.plan.orders[0].external.at("x"), "a.c:x");
  EXPECT_EQ(verdict.plan.orders[1].rename.at("x"), "a.c:x");
}

TEST(Variables, AnotherVirtualTableIsRefused) {
  MapVariable before = constant(variable("_ZTV1A", "1")), after = constant(variable("_ZTV1A", "2"));
  EXPECT_EQ(rulesOf(changing(before, after).decide()), Strings{"cpp-vtable"});
}

TEST(Variables, ALargerAlignmentIsRefusedWhereTheMemoryDoesNotHaveIt) {
  MapVariable before = variable("n", "1"), after = variable("n", "1");
  after.align = 8192; // the sketch begins at 0x1000
  EXPECT_EQ(rulesOf(Sketch({{.variablesBefore = {before}, .variablesAfter = {after}}}).decide()),
            Strings{"variable-alignment"});
  after.align = 64;
  EXPECT_EQ(rulesOf(Sketch({{.variablesBefore = {before}, .variablesAfter = {after}}}).decide()), Strings{});
}

TEST(Variables, ATypedefThatComesToMeanAnotherTypeIsRefused) {
  MapVariable before = variable("n", "1", "level_t"), after = before;
  before.means = "int";
  after.means = "unsigned int";
  EXPECT_EQ(rulesOf(Sketch({{.variablesBefore = {before}, .variablesAfter = {after}}}).decide()),
            Strings{"variable-type"});
}

} // namespace
} // namespace livepatch::test

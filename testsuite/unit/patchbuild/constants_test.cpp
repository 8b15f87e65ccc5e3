// Read-only data is not rewritten: whoever uses it is replaced.
#include "sketch.h"

namespace livepatch::test {
namespace {

TEST(Constants, AStaticTableComesAlongWithItsUsers) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"table"})},
                  .functionsAfter = {function("f", "2", {"table"})},
                  .variablesBefore = {local(constant(variable("table", "old")))},
                  .variablesAfter = {local(constant(variable("table", "new")))}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.plan.orders.front().define.contains("table"));
  EXPECT_EQ(planned(verdict, "f")->reasons, Strings{"uses-constant table"});
}

TEST(Constants, AnUnchangedOneStaysTheTargets) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"table"})},
                  .functionsAfter = {function("f", "2", {"table"})},
                  .variablesBefore = {local(constant(variable("table", "same")))},
                  .variablesAfter = {local(constant(variable("table", "same")))}}});
  EXPECT_EQ(sketch.decide().plan.orders.front().external.at("table"), "a.c:table");
}

TEST(Constants, MayGrow) {
  MapVariable grown = local(constant(variable("table", "new", "const int [2]")));
  grown.size = 8;
  Sketch sketch({{.functionsBefore = {function("f", "1", {"table"})},
                  .functionsAfter = {function("f", "2", {"table"})},
                  .variablesBefore = {local(constant(variable("table", "old", "const int [1]")))},
                  .variablesAfter = {grown}}});
  EXPECT_TRUE(sketch.decide().refusals.empty());
}

UnitSketch limits() {
  return {.name = "limits.c",
          .variablesBefore = {constant(variable("limit", "old"))},
          .variablesAfter = {constant(variable("limit", "new"))}};
}

TEST(Constants, UsersInOtherUnitsAreAskedFor) {
  Sketch sketch({limits(), {.name = "b.c", .functionsBefore = {function("g", "1", {"limit"})}, .recompiled = false}});
  EXPECT_EQ(sketch.decide().neededUnits, std::set<std::size_t>{1});
}

TEST(Constants, UsersInOtherUnitsAreReplacedAlthoughTheirCodeIsTheSame) {
  Sketch sketch({limits(),
                 {.name = "b.c",
                  .functionsBefore = {function("g", "1", {"limit"})},
                  .functionsAfter = {function("g", "1", {"limit"})}}});
  const Verdict verdict = sketch.decide();
  ASSERT_TRUE(planned(verdict, "g"));
  EXPECT_EQ(planned(verdict, "g")->reasons, Strings{"uses-constant limit"});
  EXPECT_EQ(planned(verdict, "g")->action, FunctionAction::Redirected);
  EXPECT_EQ(verdict.plan.orders[0].define.at("limit").as, "limit.lp");
  EXPECT_EQ(verdict.plan.orders[1].rename.at("limit"), "limit.lp");
}

TEST(Constants, AnExportedOneIsRefused) {
  Sketch sketch({limits()});
  sketch.image.exported.insert("limit");
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"constant-escapes"});
}

TEST(Constants, AWritablePointerIsLedToTheNewOne) {
  MapVariable before = variable("current", "same", "const int *"), after = before;
  before.size = after.size = 8;
  before.uses = after.uses = {"limit"};
  after.pointers = {{0, "limit", 0}};
  UnitSketch unit = limits();
  unit.variablesBefore.push_back(before);
  unit.variablesAfter.push_back(after);
  Sketch sketch({unit});
  const std::uint64_t at = sketch.before(0).variables[1].address->value;
  sketch.image.segments.push_back({{at}, {}, 64});
  sketch.image.pointers[at] = {"", sketch.before(0).variables[0].address->value};
  const Verdict verdict = sketch.decide();
  ASSERT_EQ(verdict.plan.data.size(), 1u);
  EXPECT_EQ(printCommandFile({verdict.plan.data[0].command}), "P current limit.lp if=&limit\n");
}

} // namespace
} // namespace livepatch::test

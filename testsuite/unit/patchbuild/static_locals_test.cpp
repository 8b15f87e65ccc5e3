// Each static local is bound to its own old one, or the patch is refused; never crossed, never silently fresh.
#include "sketch.h"

namespace livepatch::test {
namespace {

std::string boundTo(const Verdict &verdict, const std::string &name) {
  if (verdict.plan.orders.empty())
    return "nothing";
  const auto &external = verdict.plan.orders.front().external;
  const auto found = external.find(name);
  return found == external.end() ? "nothing" : found->second;
}

TEST(StaticLocals, KeepTheirState) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"f.n"})},
                  .functionsAfter = {function("f", "2", {"f.n"})},
                  .variablesBefore = {staticLocal("f", "n", "f.n", "0")},
                  .variablesAfter = {staticLocal("f", "n", "f.n", "0")}}});
  const Verdict verdict = sketch.decide();
  EXPECT_EQ(boundTo(verdict, "f.n"), "a.c:f.n");
  EXPECT_TRUE(verdict.plan.symbols.contains("a.c:f.n"));
}

TEST(StaticLocals, ThatSwapTheirNumbersAreFollowed) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"f.n", "f.n.1"})},
                  .functionsAfter = {function("f", "2", {"f.n", "f.n.1"})},
                  .variablesBefore = {staticLocal("f", "n", "f.n", "10"), staticLocal("f", "n", "f.n.1", "20")},
                  .variablesAfter = {staticLocal("f", "n", "f.n", "20"), staticLocal("f", "n", "f.n.1", "10")}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.refusals.empty());
  EXPECT_EQ(boundTo(verdict, "f.n"), "a.c:f.n.1");
  EXPECT_EQ(boundTo(verdict, "f.n.1"), "a.c:f.n");
}

TEST(StaticLocals, ThatCannotBeToldApartAreRefused) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"f.n", "f.n.1"})},
                  .functionsAfter = {function("f", "2", {"f.n", "f.n.1"})},
                  .variablesBefore = {staticLocal("f", "n", "f.n", "0"), staticLocal("f", "n", "f.n.1", "0")},
                  .variablesAfter = {staticLocal("f", "n", "f.n", "0"), staticLocal("f", "n", "f.n.1", "0")}}});
  EXPECT_EQ(rulesOf(sketch.decide()), (Strings{"static-local-ambiguous", "static-local-ambiguous"}));
}

TEST(StaticLocals, AreNotAskedForWhereTheFunctionStays) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"f.n", "f.n.1"}), function("g", "1")},
                  .functionsAfter = {function("f", "1", {"f.n", "f.n.1"}), function("g", "2")},
                  .variablesBefore = {staticLocal("f", "n", "f.n", "0"), staticLocal("f", "n", "f.n.1", "0")},
                  .variablesAfter = {staticLocal("f", "n", "f.n", "0"), staticLocal("f", "n", "f.n.1", "0")}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.refusals.empty());
  EXPECT_TRUE(planned(verdict, "g"));
}

TEST(StaticLocals, ANewNeighbourOfAnotherInitialiserIsFresh) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"f.n"})},
                  .functionsAfter = {function("f", "2", {"f.n", "f.n.1"})},
                  .variablesBefore = {staticLocal("f", "n", "f.n", "10", "a.c:5")},
                  .variablesAfter = {staticLocal("f", "n", "f.n", "70", "a.c:4"),
                                     staticLocal("f", "n", "f.n.1", "10", "a.c:5")}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.refusals.empty());
  EXPECT_EQ(boundTo(verdict, "f.n.1"), "a.c:f.n");
  EXPECT_TRUE(verdict.plan.orders.front().define.contains("f.n"));
}

TEST(StaticLocals, ANewNeighbourThatLooksLikeTheOldOneElsewhereIsRefused) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"f.n"})},
                  .functionsAfter = {function("f", "2", {"f.n", "f.n.1"})},
                  .variablesBefore = {staticLocal("f", "n", "f.n", "10", "a.c:5")},
                  .variablesAfter = {staticLocal("f", "n", "f.n", "10", "a.c:4"),
                                     staticLocal("f", "n", "f.n.1", "20", "a.c:5")}}});
  EXPECT_FALSE(sketch.decide().refusals.empty());
}

TEST(StaticLocals, MovedIntoAHelperAreRefused) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"f.n"})},
                  .functionsAfter = {function("f", "2", {"next"}), local(function("next", "1", {"next.n"}))},
                  .variablesBefore = {staticLocal("f", "n", "f.n", "0")},
                  .variablesAfter = {staticLocal("next", "n", "next.n", "0")}}});
  const Verdict verdict = sketch.decide();
  ASSERT_EQ(rulesOf(verdict), Strings{"static-local-moved"});
  EXPECT_EQ(verdict.refusals.front().thing, "next.n");
}

TEST(StaticLocals, RemovedOnesAreFine) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"f.n"})},
                  .functionsAfter = {function("f", "2")},
                  .variablesBefore = {staticLocal("f", "n", "f.n", "0")}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.refusals.empty());
  EXPECT_TRUE(planned(verdict, "f"));
}

TEST(StaticLocals, AGuardGoesWhereItsVariableGoes) {
  const auto guard = [](const char *name) { return local(variable(name, "0", "")); };
  Sketch sketch(
      {{.functionsBefore = {function("_Z1fv", "1", {"_ZZ1fvE1n", "_ZGVZ1fvE1n"})},
        .functionsAfter = {function("_Z1fv", "2", {"_ZZ1fvE1n_0", "_ZGVZ1fvE1n_0", "_ZZ1fvE1n", "_ZGVZ1fvE1n"})},
        .variablesBefore = {staticLocal("_Z1fv", "n", "_ZZ1fvE1n", "0"), guard("_ZGVZ1fvE1n")},
        .variablesAfter = {staticLocal("_Z1fv", "n", "_ZZ1fvE1n_0", "0"), guard("_ZGVZ1fvE1n_0"),
                           staticLocal("_Z1fv", "n", "_ZZ1fvE1n", "7", "a.c:3"), guard("_ZGVZ1fvE1n")}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.refusals.empty());
  EXPECT_EQ(boundTo(verdict, "_ZZ1fvE1n_0"), "a.c:_ZZ1fvE1n");
  EXPECT_EQ(boundTo(verdict, "_ZGVZ1fvE1n_0"), "a.c:_ZGVZ1fvE1n");
  EXPECT_TRUE(verdict.plan.orders.front().define.contains("_ZGVZ1fvE1n"));
}

} // namespace
} // namespace livepatch::test

// Which functions a patch holds, why, and which entries it redirects.
#include "sketch.h"

namespace livepatch::test {
namespace {

TEST(Functions, TheSameFingerprintIsNoChange) {
  Sketch sketch({{.functionsBefore = {function("f", "1")}, .functionsAfter = {function("f", "1")}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.plan.empty());
  EXPECT_TRUE(verdict.refusals.empty());
}

TEST(Functions, AnotherBodyIsRedirected) {
  Sketch sketch({{.functionsBefore = {function("f", "1"), function("g", "1")},
                  .functionsAfter = {function("f", "2"), function("g", "1")}}});
  const Verdict verdict = sketch.decide();
  ASSERT_EQ(verdict.plan.functions.size(), 1u);
  const PlannedFunction &f = verdict.plan.functions.front();
  EXPECT_EQ(f.target, "f");
  EXPECT_EQ(f.patch, "f.lp");
  EXPECT_EQ(f.action, FunctionAction::Redirected);
  EXPECT_EQ(f.reasons, Strings{"body"});
}

TEST(Functions, AnInlinedCalleeIsNamedWithThePathToIt) {
  const auto sides = [](const char *inner, const char *outer) {
    MapFunction x = local(function("x", inner)), y = local(function("y", "1", {"x"})), f = function("f", "1", {});
    x.late = y.late = "";
    f.calls = {"y"};
    f.late = outer;
    return std::vector{x, y, f};
  };
  Sketch sketch({{.functionsBefore = sides("1", "late-1"), .functionsAfter = sides("2", "late-2")}});
  const Verdict verdict = sketch.decide();
  ASSERT_TRUE(planned(verdict, "f"));
  EXPECT_EQ(planned(verdict, "f")->reasons, Strings{"inlined-callee x (via y)"});
  EXPECT_EQ(verdict.plan.functions.size(), 1u);
}

TEST(Functions, AStaticFunctionWhoseCallersAllLeaveIsBoundInside) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"helper"}), local(function("helper", "1"))},
                  .functionsAfter = {function("f", "2", {"helper"}), local(function("helper", "2"))}}});
  const Verdict verdict = sketch.decide();
  EXPECT_EQ(planned(verdict, "helper")->action, FunctionAction::BoundInside);
  EXPECT_EQ(planned(verdict, "f")->action, FunctionAction::Redirected);
}

TEST(Functions, AStaticFunctionWithACallerThatStaysIsRedirected) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"helper"}), local(function("helper", "1"))},
                  .functionsAfter = {function("f", "1", {"helper"}), local(function("helper", "2"))}}});
  const Verdict verdict = sketch.decide();
  EXPECT_EQ(planned(verdict, "helper")->action, FunctionAction::Redirected);
  EXPECT_EQ(planned(verdict, "helper")->target, "a.c:helper");
}

TEST(Functions, AStaticFunctionWhoseAddressIsTakenIsRedirected) {
  MapFunction before = local(function("helper", "1")), after = local(function("helper", "2"));
  before.traits = after.traits = {"address-taken"};
  Sketch sketch({{.functionsBefore = {function("f", "1", {"helper"}), before},
                  .functionsAfter = {function("f", "2", {"helper"}), after}}});
  const Verdict verdict = sketch.decide();
  EXPECT_EQ(planned(verdict, "helper")->action, FunctionAction::Redirected);
  // The address of it is the one that the running program has.
  EXPECT_EQ(verdict.plan.orders.front().define.at("helper").identity, "a.c:helper");
}

TEST(Functions, ANewFunctionComesAlongWhenTheChangedOneCallsIt) {
  Sketch sketch(
      {{.functionsBefore = {function("f", "1")},
        .functionsAfter = {function("f", "2", {"fresh"}), local(function("fresh", "1")), function("unused", "1")}}});
  const Verdict verdict = sketch.decide();
  ASSERT_TRUE(planned(verdict, "fresh"));
  EXPECT_EQ(planned(verdict, "fresh")->action, FunctionAction::New);
  EXPECT_TRUE(verdict.plan.orders.front().define.contains("fresh"));
  EXPECT_FALSE(planned(verdict, "unused"));
}

TEST(Functions, OneThatWasInlinedEverywhereIsNewToTheTarget) {
  MapFunction inlined = local(function("helper", "1"));
  inlined.late.clear();
  Sketch sketch({{.functionsBefore = {function("f", "1"), inlined},
                  .functionsAfter = {function("f", "2", {"helper"}), local(function("helper", "1"))}}});
  const Verdict verdict = sketch.decide();
  EXPECT_EQ(planned(verdict, "helper")->action, FunctionAction::New);
  EXPECT_EQ(planned(verdict, "helper")->reasons, Strings{"inline-flip"});
}

TEST(Functions, ANewFunctionOfAnotherUnitBindsInsideThePatch) {
  Sketch sketch(
      {{.name = "a.c", .functionsBefore = {function("f", "1")}, .functionsAfter = {function("f", "2", {"g"})}},
       {.name = "b.c", .functionsBefore = {}, .functionsAfter = {function("g", "1")}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.refusals.empty());
  ASSERT_EQ(verdict.plan.orders.size(), 2u);
  EXPECT_EQ(verdict.plan.orders[1].define.at("g").as, "g");
  EXPECT_FALSE(verdict.plan.symbols.contains("g"));
}

TEST(Functions, StaticFunctionsOfOneNameGetNamesOfTheirOwn) {
  const auto unit = [](const char *name) {
    return UnitSketch{
        .name = name,
        .functionsBefore = {function(std::string("f_") + name, "1", {"same"}), local(function("same", "1"))},
        .functionsAfter = {function(std::string("f_") + name, "1", {"same"}), local(function("same", "2"))}};
  };
  Sketch sketch({unit("a.c"), unit("b.c")});
  const Verdict verdict = sketch.decide();
  ASSERT_EQ(verdict.plan.functions.size(), 2u);
  EXPECT_EQ(verdict.plan.functions[0].target, "a.c:same");
  EXPECT_EQ(verdict.plan.functions[0].patch, "same.lp");
  EXPECT_EQ(verdict.plan.functions[1].target, "b.c:same");
  EXPECT_EQ(verdict.plan.functions[1].patch, "same.lp.2");
}

TEST(Functions, AWeakOneThatAnotherUnitOverridesStays) {
  MapFunction before = function("f", "1"), after = function("f", "2");
  before.linkage = after.linkage = Linkage::Weak;
  Sketch sketch({{.name = "a.c", .functionsBefore = {before}, .functionsAfter = {after}},
                 {.name = "b.c", .functionsBefore = {function("f", "9")}, .recompiled = false}});
  EXPECT_TRUE(sketch.decide().plan.empty());
}

TEST(Functions, WithoutPaddingARedirectIsRefused) {
  MapFunction before = function("f", "1");
  before.padding = {};
  Sketch sketch({{.functionsBefore = {before}, .functionsAfter = {function("f", "2")}}});
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"no-padding"});
}

TEST(Functions, AFunctionShorterThanAJumpIsRefused) {
  MapFunction before = function("f", "1");
  before.size = 4;
  Sketch sketch({{.functionsBefore = {before}, .functionsAfter = {function("f", "2")}}});
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"no-padding"});
}

TEST(Functions, WhatNobodyDefinesIsRefused) {
  Sketch sketch({{.functionsBefore = {function("f", "1")}, .functionsAfter = {function("f", "2", {"cbrt"})}}});
  const Verdict verdict = sketch.decide();
  ASSERT_EQ(rulesOf(verdict), Strings{"unresolvable"});
  EXPECT_EQ(verdict.refusals.front().thing, "cbrt");
  sketch.image.librarySymbols.insert("cbrt");
  EXPECT_TRUE(sketch.decide().refusals.empty());
}

TEST(Functions, ANameThatALibraryHasAsWellIsQualified) {
  Sketch sketch({{.functionsBefore = {function("f", "1", {"error"}), function("error", "1")},
                  .functionsAfter = {function("f", "2", {"error"}), function("error", "1")}}});
  sketch.image.librarySymbols.insert("error");
  const Verdict verdict = sketch.decide();
  EXPECT_EQ(verdict.plan.orders.front().external.at("error"), "a.c:error");
  EXPECT_TRUE(verdict.plan.symbols.contains("a.c:error"));
}

TEST(Functions, WhatTheLinkerDroppedFromAnotherUnitIsAskedFor) {
  Sketch sketch(
      {{.name = "a.c", .functionsBefore = {function("f", "1")}, .functionsAfter = {function("f", "2", {"g"})}},
       {.name = "b.c", .functionsBefore = {function("g", "1")}, .recompiled = false}});
  sketch.before(1).functions.front().address.reset();
  EXPECT_EQ(sketch.decide().neededUnits, std::set<std::size_t>{1});
}

TEST(Functions, LambdasArePairedByWhatTheyDoAndNotByNumber) {
  Sketch sketch(
      {{.functionsBefore = {function("f", "1", {"_ZZ1fvENK3$_0clEv"}), local(function("_ZZ1fvENK3$_0clEv", "first"))},
        .functionsAfter = {function("f", "2", {"_ZZ1fvENK3$_0clEv", "_ZZ1fvENK3$_1clEv"}),
                           local(function("_ZZ1fvENK3$_0clEv", "added")),
                           local(function("_ZZ1fvENK3$_1clEv", "first"))}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.refusals.empty());
  EXPECT_EQ(planned(verdict, "_ZZ1fvENK3$_0clEv")->action, FunctionAction::New);
  EXPECT_FALSE(planned(verdict, "_ZZ1fvENK3$_1clEv"));
  EXPECT_EQ(verdict.plan.orders.front().external.at("_ZZ1fvENK3$_1clEv"), "a.c:_ZZ1fvENK3$_0clEv");
}

TEST(Functions, TwoLambdasThatChangeAtOnceAreRefusedAlthoughNobodyNewCallsThem) {
  Sketch sketch(
      {{.functionsBefore = {local(function("_ZZ1fvENK3$_0clEv", "a")), local(function("_ZZ1fvENK3$_1clEv", "b"))},
        .functionsAfter = {local(function("_ZZ1fvENK3$_0clEv", "c")), local(function("_ZZ1fvENK3$_1clEv", "d"))}}});
  const Verdict verdict = sketch.decide();
  EXPECT_EQ(rulesOf(verdict), (Strings{"lambda-ambiguous", "lambda-ambiguous"}));
  EXPECT_EQ(verdict.refusals.front().oldDefinition, "_ZZ1fvENK3$_0clEv at a.c:10, _ZZ1fvENK3$_1clEv at a.c:10");
}

} // namespace
} // namespace livepatch::test

#include "patchbuild/decide/signatures.h"
#include "sketch.h"

namespace livepatch::test {
namespace {

MapFunction withParameter(MapFunction function) {
  function.type = "int (int, int)";
  function.convention = "i32 (i32, i32)";
  return function;
}

TEST(Signatures, QualifiersAndSpacingDoNotCount) {
  EXPECT_EQ(withoutQualifiers("int (const char *restrict, unsigned int)"), "int(char*,unsigned int)");
  EXPECT_EQ(withoutQualifiers("int (char *, unsigned int)"), "int(char*,unsigned int)");
  EXPECT_NE(withoutQualifiers("int (sds)"), withoutQualifiers("int (char *)"));
}

TEST(Signatures, AScopeATagsKeywordAndTheNameOfAWidthDoNotCount) {
  EXPECT_TRUE(sameTypeTexts("std::vector<ns::T>", "", "vector<T>", "std::vector<ns::T>"));
  EXPECT_TRUE(sameTypeTexts("string &", "0123456789abcdef", "std::string &", "0123456789abcdef"));
  EXPECT_TRUE(sameTypeTexts("vector<T>::iterator", "T *", "std::vector<T>::iterator", "T *"));
  EXPECT_TRUE(sameTypeTexts("void (struct client *)", "", "void (client *)", "void (struct client *)"));
  EXPECT_TRUE(sameTypeTexts("unsigned int", "", "uint32_t", "unsigned int"));
  EXPECT_TRUE(sameTypeTexts("long (u_int8_t *)", "long (unsigned char *)", "std::ptrdiff_t (unsigned char *)",
                            "long (unsigned char *)"));
  // What the names stand for must be the same...
  EXPECT_FALSE(sameTypeTexts("string", "0123456789abcdef", "std::string", "fedcba9876543210"));
  EXPECT_FALSE(sameTypeTexts("struct client *", "", "client *", "union client *"));
  // ...and they must be the same names: two of one meaning are kept apart on purpose.
  EXPECT_FALSE(sameTypeTexts("char *", "", "sds", "char *"));
  EXPECT_FALSE(sameTypeTexts("a::handle", "int", "b::handle", "int"));
  EXPECT_FALSE(sameTypeTexts("long", "", "time_t", "long"));
  EXPECT_FALSE(sameTypeTexts("uint32_t", "unsigned int", "uint64_t", "unsigned long"));
  EXPECT_FALSE(sameTypeTexts("unsigned int x", "", "uint32_t", "unsigned int x"));
  EXPECT_FALSE(sameTypeTexts("my_handle", "int", "handle", "int"));
  EXPECT_FALSE(sameTypeTexts("vector<T>", "std::vector<T>", "std::vector<T> *", "std::vector<T>"));
}

TEST(Signatures, ANewSignatureBindsInsideWhenAllCallersLeave) {
  Sketch sketch(
      {{.name = "a.c", .functionsBefore = {function("f", "1", {"g"})}, .functionsAfter = {function("f", "2", {"g"})}},
       {.name = "b.c",
        .functionsBefore = {function("g", "1")},
        .functionsAfter = {withParameter(function("g", "2"))}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.refusals.empty());
  EXPECT_EQ(planned(verdict, "g")->action, FunctionAction::BoundInside);
  // The caller in the other unit calls the new one, never the old entry with new arguments.
  EXPECT_EQ(verdict.plan.orders[0].rename.at("g"), "g.lp");
  EXPECT_TRUE(verdict.plan.orders[1].define.at("g").identity.empty());
}

TEST(Signatures, ACallerOutsideOfThePatchMakesItUnsafe) {
  Sketch sketch(
      {{.name = "a.c", .functionsBefore = {function("g", "1")}, .functionsAfter = {withParameter(function("g", "2"))}},
       {.name = "b.c", .functionsBefore = {function("caller", "1", {"g"})}, .recompiled = false}});
  const Verdict verdict = sketch.decide();
  ASSERT_EQ(rulesOf(verdict), Strings{"signature-escapes"});
  EXPECT_EQ(verdict.refusals.front().users, Strings{"caller (b.c)"});
  EXPECT_EQ(verdict.refusals.front().oldDefinition, "int g(int)");
  EXPECT_EQ(verdict.refusals.front().newDefinition, "int g(int, int)");
}

TEST(Signatures, ACallerWhoseCodeIsTheSameComesAlong) {
  MapFunction after = local(withParameter(function("g", "2")));
  after.convention = "i32 (i32)"; // the optimiser took the parameter out again
  Sketch sketch({{.functionsBefore = {function("f", "1", {"g"}), local(function("g", "1"))},
                  .functionsAfter = {function("f", "1", {"g"}), after}}});
  const Verdict verdict = sketch.decide();
  EXPECT_TRUE(verdict.refusals.empty());
  EXPECT_EQ(planned(verdict, "g")->action, FunctionAction::BoundInside);
  EXPECT_EQ(planned(verdict, "f")->action, FunctionAction::Redirected);
  EXPECT_EQ(planned(verdict, "f")->reasons, Strings{"callee-signature g"});
}

TEST(Signatures, AnExportedFunctionKeepsItsSignature) {
  Sketch sketch({{.functionsBefore = {function("g", "1")}, .functionsAfter = {withParameter(function("g", "2"))}}});
  EXPECT_TRUE(sketch.decide().refusals.empty());
  sketch.image.exported.insert("g");
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"signature-escapes"});
}

TEST(Signatures, APointerToItKeepsItsSignature) {
  MapFunction before = local(function("g", "1"));
  before.traits = {"address-taken"};
  Sketch sketch({{.functionsBefore = {before}, .functionsAfter = {local(withParameter(function("g", "2")))}}});
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"signature-escapes"});
}

TEST(Signatures, AConventionThatTheOptimiserChangedIsNeverRedirected) {
  MapFunction after = local(function("g", "2"));
  after.convention = "void ()";
  Sketch sketch({{.functionsBefore = {function("f", "1", {"g"}), local(function("g", "1"))},
                  .functionsAfter = {function("f", "2", {"g"}), after}}});
  const Verdict verdict = sketch.decide();
  EXPECT_EQ(planned(verdict, "g")->action, FunctionAction::BoundInside);
  EXPECT_EQ(planned(verdict, "f")->action, FunctionAction::Redirected);
}

} // namespace
} // namespace livepatch::test

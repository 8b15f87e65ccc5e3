#include "patchbuild/decide/macros.h"
#include "patchbuild/decide/places.h"
#include "sketch.h"

namespace livepatch::test {
namespace {

Strings kindsFor(const char *trait, const char *name = "f") {
  MapFunction before = function(name, "1"), after = function(name, "2");
  if (*trait)
    before.traits = after.traits = {trait};
  Sketch sketch({{.functionsBefore = {before}, .functionsAfter = {after}}});
  Strings out;
  for (const Warning &warning : sketch.decide().warnings)
    out.push_back(warning.kind);
  return out;
}

TEST(Warnings, AConstructorHasRun) {
  EXPECT_EQ(kindsFor("constructor"), Strings{"init-only"});
}
TEST(Warnings, MainIsEnteredOnce) {
  EXPECT_EQ(kindsFor("", "main"), Strings{"next-call"});
}
TEST(Warnings, AnEndlessLoopStaysInTheOldBody) {
  EXPECT_EQ(kindsFor("noreturn-loop"), Strings{"next-call"});
}
TEST(Warnings, AnOrdinaryFunctionHasNone) {
  EXPECT_EQ(kindsFor(""), Strings{});
}

TEST(Warnings, RenumberedMacrosAreFoundInTheText) {
  const auto found = renumberedMacros("#define A 1\n# define B 0x10 /* b */\n#define F(x) 1\n#define S \"1\"\n",
                                      "#define A 1\n# define B 0x20\n#define F(x) 2\n#define S \"2\"\n#define N 3\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "B");
  EXPECT_EQ(found[0].oldValue, "0x10");
  EXPECT_EQ(found[0].newValue, "0x20");
  EXPECT_EQ(found[0].line, 2u);
}

TEST(Warnings, PlacesAreRelativeToTheSourceRoot) {
  Map map;
  map.units.resize(2);
  map.units[0].directory = "/top/lib";
  map.units[0].source = "a.c";
  map.units[0].files = {"a.c", "../common.h", "twice.h"};
  map.units[1].directory = "/top/other";
  map.units[1].source = "/top/other/b.c";
  map.units[1].files = {"twice.h"};
  const PlaceNames names(map, {}, "/top");
  EXPECT_EQ(names.relative("a.c:3"), "lib/a.c:3");
  EXPECT_EQ(names.relative("../common.h:3"), "common.h:3");
  EXPECT_EQ(names.relative("/top/other/b.c:3"), "other/b.c:3");
  EXPECT_EQ(names.relative("twice.h:3"), "twice.h:3") << "two files have this name";
  EXPECT_EQ(names.relative("/topless/a.c:3"), "/topless/a.c:3");
}

TEST(BuildMatch, AnotherModuleFlagDoesNotFit) {
  Sketch sketch({{.functionsBefore = {function("f", "1")}, .functionsAfter = {function("f", "2")}}});
  sketch.before(0).moduleFlags = {"PIE Level=2"};
  const Result<Verdict> verdict = sketch.tryToDecide();
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.failure().fault, Fault::Mismatch);
  EXPECT_NE(verdict.failure().message.find("PIE Level=2"), std::string::npos);
}

TEST(Assembly, AChangedFileOfTheTargetIsRefused) {
  Sketch sketch({{.functionsBefore = {function("f", "1")}, .functionsAfter = {function("f", "1")}}});
  sketch.change.changed.push_back({"/src/five.S", "five.S", ".globl five\n", ".globl five\nnop\n"});
  EXPECT_TRUE(sketch.decide().refusals.empty()) << "another program's: the target has no 'five'";
  sketch.image.symbols["five"] = {{0x10}, 4, ImageSymbolKind::Function};
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"asm-file"});
}

} // namespace
} // namespace livepatch::test

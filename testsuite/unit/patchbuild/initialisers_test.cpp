// Changed initialisers become V and P lines, each with the old initial value as its guard.
#include "sketch.h"

namespace livepatch::test {
namespace {

// The variable is the first thing in the sketch: it lies at 0x1000.
constexpr std::uint64_t variableAddress = 0x1000;

Sketch changing(MapVariable before, MapVariable after, std::vector<std::uint8_t> oldBytes) {
  Sketch sketch({{.variablesBefore = {before}, .variablesAfter = {after}}});
  sketch.image.segments.push_back({{variableAddress}, std::move(oldBytes), 0x10000});
  return sketch;
}

TEST(Initialisers, AScalarIsOneGuardedWrite) {
  MapVariable after = variable("limit", "new");
  after.bytes = {20, 0, 0, 0};
  const Verdict verdict = changing(variable("limit", "old"), after, {10, 0, 0, 0}).decide();
  ASSERT_EQ(verdict.plan.data.size(), 1u);
  EXPECT_EQ(printCommandFile({verdict.plan.data.front().command}), "V limit 14000000 if=0a000000\n");
  EXPECT_EQ(verdict.plan.data.front().address, LinkAddr{variableAddress});
}

TEST(Initialisers, BssBeganWithZeros) {
  MapVariable after = variable("limit", "new");
  after.bytes = {1, 0, 0, 0};
  const Verdict verdict = changing(variable("limit", "old"), after, {}).decide();
  ASSERT_EQ(verdict.plan.data.size(), 1u);
  EXPECT_EQ(printCommandFile({verdict.plan.data.front().command}), "V limit 01000000 if=00000000\n");
}

TEST(Initialisers, OnlyTheRowsThatChangeAreWritten) {
  MapVariable before = variable("table", "old", "int [4]"), after = variable("table", "new", "int [4]");
  before.size = after.size = 16;
  after.bytes = {1, 0, 0, 0, 9, 0, 0, 0, 3, 0, 0, 0, 8, 0, 0, 0};
  after.pieces = {{0, 4}, {4, 4}, {8, 4}, {12, 4}};
  const Verdict verdict = changing(before, after, {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0}).decide();
  ASSERT_EQ(verdict.plan.data.size(), 2u);
  EXPECT_EQ(printCommandFile({verdict.plan.data[0].command}), "V table+0x4 09000000 if=02000000\n");
  EXPECT_EQ(printCommandFile({verdict.plan.data[1].command}), "V table+0xc 08000000 if=04000000\n");
}

TEST(Initialisers, NeighboursHaveGuardsOfTheirOwn) {
  MapVariable before = variable("row", "old", "struct row"), after = variable("row", "new", "struct row");
  before.size = after.size = 4;
  after.bytes = {9, 0, 8, 0};
  after.pieces = {{0, 2}, {2, 2}};
  const Verdict verdict = changing(before, after, {1, 0, 2, 0}).decide();
  ASSERT_EQ(verdict.plan.data.size(), 2u);
  EXPECT_EQ(printCommandFile({verdict.plan.data[0].command}), "V row 0900 if=0100\n");
  EXPECT_EQ(printCommandFile({verdict.plan.data[1].command}), "V row+0x2 0800 if=0200\n");
}

TEST(Initialisers, AFieldOutsideOfTheVariableIsRefused) {
  MapVariable before = variable("row", "old"), after = variable("row", "new");
  after.pieces = {{0, 2}, {3, 2}};
  EXPECT_EQ(rulesOf(changing(before, after, {1, 0, 2, 0}).decide()), Strings{"initialiser"});
}

TEST(Initialisers, AStringIsWrittenAsAWhole) {
  MapVariable before = variable("text", "old", "char [4]"), after = variable("text", "new", "char [4]");
  before.align = after.align = 1;
  after.bytes = {'a', 'x', 'c', 0};
  const Verdict verdict = changing(before, after, {'a', 'b', 'c', 0}).decide();
  ASSERT_EQ(verdict.plan.data.size(), 1u);
  EXPECT_EQ(printCommandFile({verdict.plan.data[0].command}), "V text 61786300 if=61626300\n");
}

MapVariable pointer(const char *name, const char *content, std::vector<InitialPointer> to) {
  MapVariable out = variable(name, content, "void (*)(void)");
  out.size = out.align = 8;
  out.pointers = std::move(to);
  return out;
}

TEST(Initialisers, ANullPointerComesToPointAtANewFunction) {
  Sketch sketch({{.functionsAfter = {function("hook", "1")},
                  .variablesBefore = {pointer("handler", "old", {})},
                  .variablesAfter = {pointer("handler", "new", {{0, "hook", 0}})}}});
  sketch.image.segments.push_back({{variableAddress}, {}, 64});
  const Verdict verdict = sketch.decide();
  ASSERT_EQ(verdict.plan.data.size(), 1u);
  EXPECT_EQ(printCommandFile({verdict.plan.data[0].command}), "P handler hook if=0\n");
  EXPECT_TRUE(verdict.plan.orders.front().define.at("hook").exported);
}

TEST(Initialisers, ANewStaticFunctionIsExportedForItsPointer) {
  Sketch sketch({{.functionsAfter = {local(function("hook", "1"))},
                  .variablesBefore = {pointer("handler", "old", {})},
                  .variablesAfter = {pointer("handler", "new", {{0, "hook", 0}})}}});
  sketch.image.segments.push_back({{variableAddress}, {}, 64});
  EXPECT_TRUE(sketch.decide().plan.orders.front().define.at("hook").exported);
}

TEST(Initialisers, APointerMovesFromOneFunctionOfTheTargetToAnother) {
  Sketch sketch({{.functionsBefore = {function("one", "1"), local(function("two", "1"))},
                  .functionsAfter = {function("one", "1"), local(function("two", "1"))},
                  .variablesBefore = {pointer("handler", "old", {})},
                  .variablesAfter = {pointer("handler", "new", {{0, "two", 0}})}}});
  const std::uint64_t at = sketch.before(0).variables[0].address->value;
  sketch.image.segments.push_back({{at}, {}, 64});
  sketch.image.pointers[at] = {"", sketch.before(0).functions[0].address->value};
  const Verdict verdict = sketch.decide();
  ASSERT_EQ(verdict.plan.data.size(), 1u);
  EXPECT_EQ(printCommandFile({verdict.plan.data[0].command}), "P handler a.c:two if=&one\n");
  EXPECT_TRUE(verdict.plan.symbols.contains("a.c:two"));
  EXPECT_TRUE(verdict.plan.symbols.contains("one"));
}

TEST(Initialisers, AStringLiteralOfTheSameTextIsNoChange) {
  const auto literal = [](std::vector<std::uint8_t> text) {
    MapVariable out = local(constant(variable(".str.3", "text", "")));
    out.size = text.size();
    out.bytes = std::move(text);
    return out;
  };
  const auto decideWith = [&](std::vector<std::uint8_t> text) {
    MapVariable now = pointer("names", "new", {{0, ".str.3", 0}});
    Sketch sketch(
        {{.variablesBefore = {pointer("names", "old", {})}, .variablesAfter = {now, literal(std::move(text))}}});
    sketch.image.segments.push_back({{variableAddress}, {}, 64});
    sketch.image.segments.push_back({{0x9000}, {'h', 'i', 0}, 3});
    sketch.image.pointers[variableAddress] = {"", 0x9000};
    return sketch.decide();
  };
  EXPECT_TRUE(decideWith({'h', 'i', 0}).plan.empty());
  const Verdict verdict = decideWith({'h', 'o', 0});
  ASSERT_EQ(verdict.plan.data.size(), 1u);
  EXPECT_EQ(printCommandFile({verdict.plan.data[0].command}), "P names livepatch.literal if=0090000000000000\n");
  EXPECT_EQ(verdict.plan.orders.front().define.at(".str.3").as, "livepatch.literal");
}

TEST(Initialisers, APointerBecomesNull) {
  Sketch sketch = changing(pointer("handler", "old", {}), pointer("handler", "new", {}), {});
  sketch.image.pointers[variableAddress] = {"", 0x5000};
  const Verdict verdict = sketch.decide();
  ASSERT_EQ(verdict.plan.data.size(), 1u);
  EXPECT_EQ(printCommandFile({verdict.plan.data[0].command}), "P handler 0 if=0050000000000000\n");
}

TEST(Initialisers, APointerThatBecomesANumberIsRefused) {
  MapVariable after = pointer("handler", "new", {});
  after.bytes = {1, 0, 0, 0, 0, 0, 0, 0};
  Sketch sketch = changing(pointer("handler", "old", {}), after, {});
  sketch.image.pointers[variableAddress] = {"", 0x5000};
  EXPECT_EQ(rulesOf(sketch.decide()), Strings{"initialiser"});
}

TEST(Initialisers, OfAThreadLocalAreRefused) {
  MapVariable before = variable("n", "old"), after = variable("n", "new");
  before.tls = after.tls = true;
  EXPECT_EQ(rulesOf(changing(before, after, {}).decide()), Strings{"tls-initialiser"});
}

} // namespace
} // namespace livepatch::test

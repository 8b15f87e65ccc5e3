#include "patchbuild/parents/object_space.h"
#include "patchbuild/parents/parent_patch.h"
#include "patchbuild/parents/record.h"
#include "patchbuild/parents/stack.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/source/scratch_folder.h"
#include "testsuite/unit/patchbuild/sketch.h"

#include <filesystem>

namespace livepatch {
namespace {

constexpr const char *root = "/src";

std::string identity(char digit) {
  return std::string(64, digit);
}

MapUnit unitOf(const std::string &source, std::vector<MapFunction> functions, std::vector<MapVariable> variables = {}) {
  MapUnit unit;
  unit.directory = root;
  unit.source = source;
  unit.functions = std::move(functions);
  unit.variables = std::move(variables);
  return unit;
}

MapFunction at(std::uint64_t address, MapFunction function) {
  function.address = LinkAddr{address};
  return function;
}

MapVariable at(std::uint64_t address, MapVariable variable) {
  variable.address = LinkAddr{address};
  return variable;
}

Map target() {
  Map map;
  map.object.buildId = "c0ffee";
  map.units.push_back(unitOf("a.c", {at(0x1000, test::function("f", "1")), at(0x1100, test::function("gone", "1"))},
                             {at(0x4000, test::variable("limit", "10"))}));
  return map;
}

// A patch of a.c; addresses below 1 << 48 are its own, those above the target's.
ParentPatch patch(const std::string &name, char digit, std::vector<MapUnit> units = {}) {
  ParentPatch parent;
  parent.manifest.name = name;
  parent.manifest.targets = {{"program", "c0ffee", "x86_64"}};
  parent.identity = identity(digit);
  parent.map.units = std::move(units);
  return parent;
}

std::string why(const Result<void> &result) {
  return result.ok() ? "" : result.failure().message;
}

TEST(CheckParents, acceptsAStackInItsOrder) {
  ParentPatch upper = patch("upper", 'b');
  upper.manifest.parents = {{"lower", identity('a')}};
  EXPECT_EQ(why(checkParents(target(), {patch("lower", 'a'), upper})), "");
  EXPECT_EQ(why(checkParents(target(), {upper, patch("lower", 'a')})), "the patch upper was built on lower");
  EXPECT_EQ(why(checkParents(target(), {upper})), "the patch upper was built on lower");
}

TEST(CheckParents, wantsTheTargetsBuild) {
  ParentPatch other = patch("other", 'a');
  other.manifest.targets.front().buildId = "bad1d";
  EXPECT_EQ(checkParents(target(), {other}).failure().fault, Fault::Mismatch);
}

TEST(CheckParents, refusesPatchesThatKnowNothingOfEachOther) {
  const MapUnit changed = unitOf("a.c", {});
  EXPECT_EQ(checkParents(target(), {patch("one", 'a', {changed}), patch("two", 'b', {changed})}).failure().fault,
            Fault::Refused);
  EXPECT_EQ(why(checkParents(target(), {patch("one", 'a', {changed}), patch("two", 'b', {unitOf("b.c", {})})})), "");
}

TEST(CheckParents, refusesTheSameTwiceAndCircles) {
  EXPECT_EQ(why(checkParents(target(), {patch("one", 'a'), patch("one", 'a')})), "the patch one is named twice");
  ParentPatch self = patch("self", 'a'), one = patch("one", 'b'), two = patch("two", 'c');
  self.manifest.parents = {{"self", identity('a')}};
  one.manifest.parents = {{"two", identity('c')}};
  two.manifest.parents = {{"one", identity('b')}};
  EXPECT_FALSE(checkParents(target(), {self}).ok());
  EXPECT_FALSE(checkParents(target(), {one, two}).ok());
  EXPECT_FALSE(checkParents(target(), {two, one}).ok());
  EXPECT_FALSE(checkParents(target(), std::vector<ParentPatch>(maximumParents + 1, patch("one", 'a'))).ok());
}

TEST(LayOver, givesEachObjectARangeOfItsOwn) {
  Map map = target();
  const std::uint64_t ofTarget = inSpace(1, {0x1000}).value;
  const auto touched = layOver(
      map, root,
      {patch("fix", 'a',
             {unitOf("a.c", {at(ofTarget, test::function("f", "2")), at(0x2000, test::function("brought", "1"))}),
              unitOf("new.c", {at(0x2100, test::function("added", "1"))})})});
  ASSERT_TRUE(touched.ok()) << touched.failure().message;
  EXPECT_EQ(*touched, std::set<std::size_t>{0});
  ASSERT_EQ(map.units.size(), 2u);
  const std::vector<MapFunction> &functions = map.units[0].functions;
  ASSERT_EQ(functions.size(), 3u);
  EXPECT_EQ(functions[0].address, LinkAddr{0x1000}) << "redirected: the entry is where it has always been";
  EXPECT_EQ(functions[0].late, "late-2");
  EXPECT_EQ(functions[1].address, inSpace(1, {0x2000}));
  EXPECT_EQ(functions[2].name, "gone") << "what the new source lacks is in the process all the same";
  EXPECT_EQ(map.units[1].source, "/src/new.c");
  EXPECT_TRUE(map.units[1].command.empty());
}

TEST(LayOver, findsAParentsParentByItsIdentity) {
  Map map = target();
  ParentPatch upper = patch("upper", 'c', {unitOf("a.c", {at(inSpace(2, {0x2000}).value, test::function("g", "1"))})});
  upper.manifest.parents = {{"lower", identity('b')}};
  ASSERT_TRUE(layOver(map, root, {patch("apart", 'a'), patch("lower", 'b'), upper}).ok());
  EXPECT_EQ(map.units[0].functions[0].address, inSpace(2, {0x2000}));
}

TEST(LayOver, refusesAnObjectThatNobodyNamed) {
  for (const std::uint64_t object : {2u, 3u, 65535u}) {
    Map map = target();
    const auto result = layOver(
        map, root, {patch("fix", 'a', {unitOf("a.c", {at(inSpace(object, {1}).value, test::function("g", "1"))})})});
    EXPECT_FALSE(result.ok()) << object;
  }
}

TEST(LayOver, refusesToGuessBetweenTwoCompilesOfOneSource) {
  Map map = target();
  map.units.push_back(map.units.front());
  EXPECT_EQ(layOver(map, root, {patch("fix", 'a', {unitOf("a.c", {})})}).failure().fault, Fault::Refused);
}

TargetImage image() {
  TargetImage out;
  out.segments.push_back({{0x4000}, {10, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}, 64});
  out.pointers[0x4004] = {"", 0x1000};
  return out;
}

ParentPatch writing(Command command, std::uint64_t address, std::size_t object = 0) {
  ParentPatch parent = patch("fix", 'a');
  ManifestData data;
  data.target = command.target.name;
  data.address = {address};
  data.object = object;
  parent.manifest.data = {data};
  parent.commands = {std::move(command)};
  return parent;
}

TEST(LayOverImage, showsWhatAParentWrote) {
  TargetImage laid = image();
  ASSERT_TRUE(layOver(laid, {writing({CommandKind::Value, {"limit"}, {}, {11, 0, 0, 0}, {}}, 0x4000)}).ok());
  EXPECT_EQ(laid.bytesAt({0x4000}, 4), (std::vector<std::uint8_t>{11, 0, 0, 0}));
  // Into what the file does not hold.
  ASSERT_TRUE(layOver(laid, {writing({CommandKind::Value, {"zero"}, {}, {7}, {}}, 0x4020)}).ok());
  EXPECT_EQ(laid.bytesAt({0x4020}, 2), (std::vector<std::uint8_t>{7, 0}));
}

TEST(LayOverImage, showsAPointerThatBecameNull) {
  TargetImage laid = image();
  const Command null{CommandKind::Pointer, {"hook"}, {std::string(nullPatchSymbol)}, {}, {}};
  ASSERT_TRUE(layOver(laid, {writing(null, 0x4004)}).ok());
  EXPECT_TRUE(laid.pointers.empty());
  EXPECT_EQ(laid.bytesAt({0x4004}, 8), std::vector<std::uint8_t>(8));
}

TEST(LayOverImage, refusesPlacesThatAreNowhere) {
  const Command value{CommandKind::Value, {"limit"}, {}, {1, 2, 3, 4}, {}};
  for (const std::uint64_t address : {std::uint64_t{0x403e}, std::uint64_t{0x3fff}, std::uint64_t{1} << 48,
                                      (std::uint64_t{1} << 48) + 0x4000, ~std::uint64_t{0}}) {
    TargetImage laid = image();
    EXPECT_FALSE(layOver(laid, {writing(value, address)}).ok()) << address;
  }
  TargetImage laid = image();
  EXPECT_FALSE(layOver(laid, {writing(value, 0x4000, 1)}).ok()) << "an object that it does not name";
  ParentPatch unknown = writing(value, 0x4000);
  unknown.manifest.data.front().target = "other";
  EXPECT_FALSE(layOver(laid, {unknown}).ok());
}

TEST(LayOverImage, refusesAPatchOfAnImpossibleSize) {
  TargetImage laid = image();
  ParentPatch huge = patch("fix", 'a');
  huge.image.segments.push_back({{0}, {}, ~std::uint64_t{0}});
  EXPECT_FALSE(layOver(laid, {huge}).ok());
  ParentPatch far = patch("fix", 'a');
  far.image.pointers[std::uint64_t{1} << 50] = {"", 0};
  EXPECT_FALSE(layOver(laid, {far}).ok());
  far.image.pointers = {{0x100, {"", ~std::uint64_t{0}}}};
  EXPECT_FALSE(layOver(laid, {far}).ok());
}

TEST(Record, namesPlacesBelowTheRoot) {
  for (const char *place : {"/src/a.c:7", "/usr/include/b.h:1", ""})
    EXPECT_EQ(withRoot(withoutRoot(place, root), root), place);
  EXPECT_EQ(withoutRoot("/src/a.c:7", root), "@/a.c:7");
  EXPECT_EQ(withRoot("@/a.c:7", "/elsewhere"), "/elsewhere/a.c:7");
}

TEST(ReadParent, explainsFoldersThatAreNoPatch) {
  auto scratch = ScratchFolder::create();
  ASSERT_TRUE(scratch.ok());
  const std::string folder = scratch->path() + "/out";
  EXPECT_EQ(readParent(folder).failure().fault, Fault::Usage);
  std::filesystem::create_directory(folder);
  EXPECT_EQ(readParent(folder).failure().fault, Fault::Usage);
  for (const char *text : {"", "{", "[]", "{\"livepatch-patch\": 1}", "{\"livepatch-patch\": 2}"}) {
    ASSERT_TRUE(writeFileText(folder + "/fix.json", text).ok());
    EXPECT_FALSE(readParent(folder).ok()) << text;
  }
  ASSERT_TRUE(writeFileText(folder + "/two.json", "{}").ok());
  EXPECT_EQ(readParent(folder).failure().fault, Fault::Usage) << "which of the two is meant?";
}

} // namespace
} // namespace livepatch

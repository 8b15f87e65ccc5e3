// Units of two builds are the same ones where their names are, wherever the trees lie.
#include "patchbuild/verify/read_built_program.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

Map builtFrom(const std::vector<std::string> &sources) {
  Map map;
  for (const std::string &source : sources) {
    map.units.emplace_back();
    map.units.back().source = source;
    map.units.back().directory = "/";
  }
  return map;
}

TEST(UnitRoots, OfABuildElsewhereAreThatTree) {
  const Map fresh = builtFrom({"/fresh/src/a.c", "/fresh/src/sub/b.c"});
  EXPECT_EQ(rootsWithUnits(fresh, {"a.c", "sub/b.c"}, "/base/src"),
            (std::vector<std::string>{"/fresh/src", "/fresh/src"}));
}

TEST(UnitRoots, OfABuildThatTookOverObjectsAreBoth) {
  const Map fresh = builtFrom({"/base/src/a.c", "/fresh/src/b.c"});
  EXPECT_EQ(rootsWithUnits(fresh, {"a.c", "b.c"}, "/base/src"), (std::vector<std::string>{"/base/src", "/fresh/src"}));
}

TEST(UnitRoots, OfASourceOutsideOfTheTreesAreNotThoseOfItsNamesake) {
  const Map fresh = builtFrom({"/base/src/png.c", "/elsewhere/png.c"});
  EXPECT_EQ(rootsWithUnits(fresh, {"png.c", "../../elsewhere/png.c"}, "/base/src"),
            (std::vector<std::string>{"/base/src", "/base/src"}));
}

TEST(UnitRoots, OfANewUnitIsWhereMostOthersAre) {
  const Map fresh = builtFrom({"/fresh/a.c", "/fresh/b.c", "/fresh/new.c"});
  EXPECT_EQ(rootsWithUnits(fresh, {"a.c", "b.c"}, "/base").back(), "/fresh");
}

} // namespace
} // namespace livepatch

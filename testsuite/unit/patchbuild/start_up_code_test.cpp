// What only the start of a program calls is told from the calls of all its units.
#include "patchbuild/decide/start_up_code.h"
#include "sketch.h"

namespace livepatch::test {
namespace {

MapFunction calling(std::string name, std::vector<std::string> calls, std::vector<std::string> repeats = {}) {
  MapFunction out = function(std::move(name), "1", std::move(calls));
  out.repeats = std::move(repeats);
  return out;
}

Strings startUpOf(std::vector<MapFunction> functions, const std::set<std::string> &exported = {}) {
  Map map;
  for (MapFunction &one : functions) { // each in a unit of its own
    MapUnit unit;
    unit.source = one.name + ".c";
    unit.directory = "/src";
    one.address = LinkAddr{0x1000 + 0x100 * map.units.size()};
    unit.functions.push_back(std::move(one));
    map.units.push_back(std::move(unit));
  }
  const BaseIndex index(map, "/src");
  Strings out;
  for (const MapFunction *found : startUpOnly(index, exported))
    out.push_back(found->name);
  std::sort(out.begin(), out.end());
  return out;
}

TEST(StartUpCode, ReachesThroughOtherUnits) {
  EXPECT_EQ(startUpOf({calling("main", {"load", "serve"}, {"serve"}), calling("load", {"table"}), calling("table", {}),
                       calling("serve", {})}),
            (Strings{"load", "table"}));
}

TEST(StartUpCode, WhatTheLoopCallsAsWellIsNone) {
  EXPECT_EQ(startUpOf({calling("main", {"load", "serve"}, {"serve"}), calling("load", {"table"}), calling("table", {}),
                       calling("serve", {"table"})}),
            Strings{"load"});
}

TEST(StartUpCode, WhatOthersMayCallIsNone) {
  MapFunction held = calling("load", {});
  held.traits = {"address-taken"};
  EXPECT_EQ(startUpOf({calling("main", {"load"}), held}), Strings{});
  EXPECT_EQ(startUpOf({calling("main", {"load"}), calling("load", {})}, {"load"}), Strings{});
}

TEST(StartUpCode, WithoutAMainThereIsNone) {
  EXPECT_EQ(startUpOf({calling("api", {"load"}), calling("load", {})}), Strings{});
}

} // namespace
} // namespace livepatch::test

#include "patchbuild/compile/base_check.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

using Names = std::vector<std::string>;

MapFunction function(const std::string &name, const std::string &late) {
  MapFunction result;
  result.name = name;
  result.late = late;
  result.defined = true;
  return result;
}

MapVariable variable(const std::string &name, const std::string &content, Linkage linkage, bool constant) {
  MapVariable result;
  result.name = name;
  result.content = content;
  result.linkage = linkage;
  result.constant = constant;
  result.defined = true;
  return result;
}

MapUnit base() {
  MapUnit unit;
  unit.functions = {function("f", "aa"), function("g", "bb")};
  unit.variables = {variable("v", "cc", Linkage::External, false)};
  return unit;
}

const RecordTable noRecords;

Names differences(const MapUnit &before, const MapUnit &after, const RecordTable &records = noRecords,
                  const RecordTable &recordsNow = noRecords) {
  Names out;
  for (const BaseDifference &difference : baseDifferences({before, records}, {after, recordsNow}))
    out.push_back(difference.kind + " " + difference.name);
  return out;
}

TEST(BaseCheck, TheSameUnitHasNoDifferences) {
  EXPECT_EQ(differences(base(), base()), Names{});
}

TEST(BaseCheck, NamesWhatDiffersAndWhatOnlyOneSideHas) {
  MapUnit again = base();
  again.functions[0].late = "xx";
  again.functions[1].name = "h";
  again.variables[0].content = "yy";
  EXPECT_EQ(differences(base(), again), (Names{"function f", "function g", "function h", "variable v"}));
}

TEST(BaseCheck, AFunctionWithoutCodeOfItsOwnDoesNotCount) {
  MapUnit again = base();
  again.functions.push_back(function("inlined", ""));
  again.functions.back().defined = false;
  EXPECT_EQ(differences(base(), again), Names{});
}

TEST(BaseCheck, PrivateConstantsCountThroughTheirUsersOnly) {
  MapUnit again = base();
  again.variables.push_back(variable(".str", "dd", Linkage::Internal, true));
  EXPECT_EQ(differences(base(), again), Names{});
}

TEST(BaseCheck, ATypeAndAVariablesTypeCountWhereNoCodeDiffers) {
  MapUnit before = base(), again = base();
  RecordTable records, recordsNow;
  records["1"].name = recordsNow["2"].name = "struct s";
  before.types = {"1"};
  again.types = {"2"};
  again.variables[0].type = "long";
  EXPECT_EQ(differences(before, again, records, recordsNow), (Names{"type struct s", "variable v"}));
}

TEST(BaseCheck, SettingsAndAliasesCount) {
  MapUnit again = base();
  again.moduleFlags = {"cf-protection-branch=1"};
  again.aliases.push_back({"other", "f", false, Linkage::External, {}});
  EXPECT_EQ(differences(base(), again), (Names{"alias other", "flags "}));
}

TEST(BaseCheck, SaysWhatAndWhere) {
  MapUnit again = base();
  again.functions[0].late = "xx";
  again.functions[0].place = "a.h:12";
  const auto found = baseDifferences({base(), noRecords}, {again, noRecords});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(describe(found[0]), "function f at a.h:12 (its code differs)");
}

} // namespace
} // namespace livepatch

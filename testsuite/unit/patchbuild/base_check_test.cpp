#include "patchbuild/compile/base_check.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

using Names = std::vector<std::string>;

MapFunction function(const std::string& name, const std::string& late) {
    MapFunction result;
    result.name = name;
    result.late = late;
    result.defined = true;
    return result;
}

MapVariable variable(const std::string& name, const std::string& content, Linkage linkage, bool constant) {
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

TEST(BaseCheck, TheSameUnitHasNoDifferences) {
    EXPECT_EQ(baseDifferences(base(), base()), Names{});
}

TEST(BaseCheck, NamesWhatDiffersAndWhatOnlyOneSideHas) {
    MapUnit again = base();
    again.functions[0].late = "xx";
    again.functions[1].name = "h";
    again.variables[0].content = "yy";
    EXPECT_EQ(baseDifferences(base(), again), (Names{"f", "g", "h", "v"}));
}

TEST(BaseCheck, AFunctionWithoutCodeOfItsOwnDoesNotCount) {
    MapUnit again = base();
    again.functions.push_back(function("inlined", ""));
    again.functions.back().defined = false;
    EXPECT_EQ(baseDifferences(base(), again), Names{});
}

TEST(BaseCheck, PrivateConstantsCountThroughTheirUsersOnly) {
    MapUnit again = base();
    again.variables.push_back(variable(".str", "dd", Linkage::Internal, true));
    EXPECT_EQ(baseDifferences(base(), again), Names{});
}

} // namespace
} // namespace livepatch

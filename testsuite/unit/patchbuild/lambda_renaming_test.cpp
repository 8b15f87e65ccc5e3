#include "patchbuild/verify/lambda_renaming.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

MapLambda lambda(std::string context, std::uint64_t number, std::string text, std::string type) {
  MapLambda out;
  out.scope = out.context = std::move(context);
  out.number = number;
  out.text = std::move(text);
  out.name = "_ZTS" + std::move(type);
  return out;
}

// f's second lambda is the target's first one, and its first one is new.
LambdaRenaming firstIsNew() {
  LambdaRenaming renaming;
  renaming.add({lambda("_Z1fv", 1, "new", "Z1fvEUliE_"), lambda("_Z1fv", 2, "old", "Z1fvEUliE0_")},
               {lambda("_Z1fv", 2, "new", "Z1fvEUliE0_"), lambda("_Z1fv", 1, "old", "Z1fvEUliE_")});
  return renaming;
}

TEST(LambdaRenaming, RenamesWhateverSpeaksOfTheLambda) {
  const LambdaRenaming renaming = firstIsNew();
  EXPECT_EQ(renaming("_ZZ1fvENKUliE0_clEi"), "_ZZ1fvENKUliE_clEi");
  EXPECT_EQ(renaming("_ZZ1fvENKUliE_clEi"), "_ZZ1fvENKUliE0_clEi");
  EXPECT_EQ(renaming("_ZZZ1fvENKUliE0_clEiE5calls"), "_ZZZ1fvENKUliE_clEiE5calls");
  EXPECT_EQ(renaming("_ZNSt17_Function_handlerIFiiEZ1fvEUliE0_E9_M_invokeERKSt9_Any_dataOi"),
            "_ZNSt17_Function_handlerIFiiEZ1fvEUliE_E9_M_invokeERKSt9_Any_dataOi");
}

TEST(LambdaRenaming, LeavesLambdasOfOtherFunctionsAlone) {
  const LambdaRenaming renaming = firstIsNew();
  EXPECT_EQ(renaming("_ZZN2ns1fEvENKUliE0_clEi"), "_ZZN2ns1fEvENKUliE0_clEi");
  EXPECT_EQ(renaming("_ZZ1fiENKUliE0_clEi"), "_ZZ1fiENKUliE0_clEi");
  EXPECT_EQ(renaming("_ZZ1fvENKUlvE0_clEv"), "_ZZ1fvENKUlvE0_clEv");
  EXPECT_EQ(renaming("Ul_E0_"), "Ul_E0_");
}

TEST(LambdaRenaming, FollowsTheOuterLambdaIntoTheInnerOne) {
  LambdaRenaming renaming;
  renaming.add({lambda("_Z1fv", 1, "new", "Z1fvEUliE_"), lambda("_Z1fv", 2, "outer", "Z1fvEUliE0_"),
                lambda("_ZZ1fvENKUliE0_clEi", 1, "a", "ZZ1fvENKUliE0_clEiEUlvE_"),
                lambda("_ZZ1fvENKUliE0_clEi", 2, "b", "ZZ1fvENKUliE0_clEiEUlvE0_")},
               {lambda("_Z1fv", 2, "new", "Z1fvEUliE0_"), lambda("_Z1fv", 1, "outer", "Z1fvEUliE_"),
                lambda("_ZZ1fvENKUliE_clEi", 3, "a", "ZZ1fvENKUliE_clEiEUlvE1_"),
                lambda("_ZZ1fvENKUliE_clEi", 2, "b", "ZZ1fvENKUliE_clEiEUlvE0_")});
  EXPECT_EQ(renaming("_ZZZ1fvENKUliE0_clEiENKUlvE_clEv"), "_ZZZ1fvENKUliE_clEiENKUlvE1_clEv");
  EXPECT_EQ(renaming("_ZZZ1fvENKUliE0_clEiENKUlvE0_clEv"), "_ZZZ1fvENKUliE_clEiENKUlvE0_clEv");
}

TEST(LambdaRenaming, TellsInstancesOfATemplateApart) {
  LambdaRenaming renaming;
  renaming.add({lambda("_Z4keepIiEvT_", 1, "new", "Z4keepIiEvT_EUliE_"),
                lambda("_Z4keepIiEvT_", 2, "old", "Z4keepIiEvT_EUliE0_")},
               {lambda("_Z4keepIiEvT_", 2, "new", "Z4keepIiEvT_EUliE0_"),
                lambda("_Z4keepIiEvT_", 1, "old", "Z4keepIiEvT_EUliE_")});
  EXPECT_EQ(renaming("_ZNSt17_Function_handlerIFiiEZ4keepIiEvT_EUliE0_E9_M_invokeERKSt9_Any_dataOi"),
            "_ZNSt17_Function_handlerIFiiEZ4keepIiEvT_EUliE_E9_M_invokeERKSt9_Any_dataOi");
  EXPECT_EQ(renaming("_ZNSt17_Function_handlerIFiiEZ4keepIlEvT_EUliE0_E9_M_invokeERKSt9_Any_dataOi"),
            "_ZNSt17_Function_handlerIFiiEZ4keepIlEvT_EUliE0_E9_M_invokeERKSt9_Any_dataOi");
}

} // namespace
} // namespace livepatch

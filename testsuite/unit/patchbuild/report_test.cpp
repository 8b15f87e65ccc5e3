// What people and scripts are told: each refusal with both definitions, each function with its reason and place.
#include "patchbuild/cli/report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace livepatch::test {
namespace {

Verdict refused() {
  Verdict verdict;
  verdict.refusals.push_back({.rule = "layout",
                              .thing = "struct item",
                              .place = "src/item.h:9",
                              .oldDefinition = "8 bytes",
                              .newDefinition = "12 bytes: new field int c at byte 8",
                              .oldPlace = "src/item.h:7",
                              .users = {"add (src/a.c)", "answer (src/b.c)"},
                              .why = "objects of it live",
                              .remedy = "keep the type as it is"});
  return verdict;
}

TEST(Report, ARefusalNamesBothDefinitionsWithTheirPlacesTheUsersAndTheRemedy) {
  const Verdict verdict = refused();
  Report report;
  report.name = "fix";
  report.outcome = ExitCode::Refused;
  report.verdict = &verdict;
  const std::string text = reportText(report, false);
  EXPECT_EQ(text, "refused: struct item (layout) at src/item.h:9\n"
                  "  was:     8 bytes at src/item.h:7\n"
                  "  is now:  12 bytes: new field int c at byte 8 at src/item.h:9\n"
                  "  used by: add (src/a.c), answer (src/b.c)\n"
                  "  why:     objects of it live\n"
                  "  instead: keep the type as it is\n"
                  "no patch: 1 thing would be unsafe in a running process\n");
  const auto json = nlohmann::json::parse(reportJson(report));
  EXPECT_EQ(json.at("verdict"), "refused");
  const auto &one = json.at("refusals").at(0);
  for (const auto &[key, value] : std::map<std::string, std::string>{{"rule", "layout"},
                                                                     {"thing", "struct item"},
                                                                     {"place", "src/item.h:9"},
                                                                     {"old", "8 bytes"},
                                                                     {"old-place", "src/item.h:7"},
                                                                     {"new", "12 bytes: new field int c at byte 8"},
                                                                     {"why", "objects of it live"},
                                                                     {"remedy", "keep the type as it is"}})
    EXPECT_EQ(one.at(key), value) << key;
  EXPECT_EQ(one.at("users").size(), 2u);
}

TEST(Report, AFunctionSaysWhyItIsThereAndWhereItStands) {
  Verdict verdict;
  PlannedFunction function;
  function.unit = "src/a.c";
  function.name = function.target = "first";
  function.patch = "first.lp";
  function.action = FunctionAction::Redirected;
  function.reasons = {"inlined-callee clamp (via low)"};
  function.place = "src/a.c:12";
  verdict.plan.functions.push_back(function);
  verdict.warnings.push_back({"init-only", "main", "src/a.c:30", "main runs once"});
  Report report;
  report.name = "fix";
  report.outcome = ExitCode::Produced;
  report.verdict = &verdict;
  const std::string text = reportText(report, false);
  EXPECT_NE(text.find("  redirect  first  src/a.c:12  inlined-callee clamp (via low)\n"), std::string::npos) << text;
  EXPECT_NE(text.find("warning: src/a.c:30: main runs once (init-only)\n"), std::string::npos) << text;
  const auto json = nlohmann::json::parse(reportJson(report));
  EXPECT_EQ(json.at("functions").at(0).at("reasons").at(0), "inlined-callee clamp (via low)");
  EXPECT_EQ(json.at("functions").at(0).at("place"), "src/a.c:12");
  EXPECT_EQ(json.at("warnings").at(0).at("kind"), "init-only");
}

} // namespace
} // namespace livepatch::test

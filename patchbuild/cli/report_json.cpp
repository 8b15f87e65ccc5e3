#include "patchbuild/cli/report.h"

#include <nlohmann/json.hpp>

namespace livepatch {

namespace {

using nlohmann::ordered_json;

const char *outcomeName(ExitCode outcome) {
  switch (outcome) {
  case ExitCode::Produced:
    return "patch";
  case ExitCode::NoChange:
    return "none";
  case ExitCode::Refused:
    return "refused";
  case ExitCode::DoesNotFit:
    return "does-not-fit";
  default:
    break;
  }
  return "failed";
}

ordered_json functionsOf(const PatchPlan &plan) {
  ordered_json out = ordered_json::array();
  for (const PlannedFunction &function : plan.functions)
    out.push_back({{"name", function.target.empty() ? function.name : function.target},
                   {"unit", function.unit},
                   {"action", actionName(function.action)},
                   {"patch", function.patch},
                   {"reasons", function.reasons},
                   {"place", function.place}});
  return out;
}

ordered_json dataOf(const PatchPlan &plan) {
  ordered_json out = ordered_json::array();
  for (const DataCommand &data : plan.data)
    out.push_back({{"command", data.command.kind == CommandKind::Value ? "V" : "P"},
                   {"target", data.command.target.name},
                   {"offset", data.command.target.offset},
                   {"size", data.size},
                   {"reason", data.reason},
                   {"place", data.place}});
  return out;
}

ordered_json freshOf(const FreshReport &fresh) {
  ordered_json differences = ordered_json::array();
  for (const FreshDifference &difference : fresh.differences)
    differences.push_back({{"kind", difference.kind},
                           {"unit", difference.unit},
                           {"name", difference.name},
                           {"place", difference.place},
                           {"target-address", difference.first.oldAddress},
                           {"target", difference.first.oldText},
                           {"fresh-address", difference.first.newAddress},
                           {"fresh", difference.first.newText},
                           {"why", difference.first.why}});
  return {{"build", fresh.build},      {"functions", fresh.functions},     {"variables", fresh.variables},
          {"in-patch", fresh.inPatch}, {"superfluous", fresh.superfluous}, {"differences", std::move(differences)}};
}

ordered_json refusalsOf(const Verdict &verdict) {
  ordered_json out = ordered_json::array();
  for (const Refusal &refusal : verdict.refusals)
    out.push_back({{"rule", refusal.rule},
                   {"thing", refusal.thing},
                   {"place", refusal.place},
                   {"old", refusal.oldDefinition},
                   {"old-place", refusal.oldPlace},
                   {"new", refusal.newDefinition},
                   {"users", refusal.users},
                   {"why", refusal.why},
                   {"remedy", refusal.remedy}});
  return out;
}

} // namespace

std::string reportJson(const Report &report) {
  const Verdict &verdict = *report.verdict;
  ordered_json root{{"patchbuild", 1}, {"verdict", outcomeName(report.outcome)}, {"name", report.name}};
  if (!report.output.empty())
    root["output"] = report.output;
  root["units"] = report.units;
  root["functions"] = functionsOf(verdict.plan);
  root["data"] = dataOf(verdict.plan);
  root["refusals"] = refusalsOf(verdict);
  ordered_json warnings = ordered_json::array();
  for (const Warning &warning : verdict.warnings)
    warnings.push_back(
        {{"kind", warning.kind}, {"thing", warning.thing}, {"place", warning.place}, {"message", warning.message}});
  root["warnings"] = std::move(warnings);
  root["notes"] = report.notes;
  root["unread"] = {{"build-descriptions", report.unread.descriptions},
                    {"generator-inputs", report.unread.generators},
                    {"others", report.unread.others}};
  if (report.fresh)
    root["fresh"] = freshOf(*report.fresh);
  // Names come from source files, which may hold any bytes.
  return root.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

} // namespace livepatch

#include "patchbuild/cli/report.h"

#include "patchbuild/cli/action_text.h"
#include "runtime/core/readable_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace livepatch {

namespace {

std::string join(const std::vector<std::string> &parts, const char *separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

struct Row {
  std::string what, name, place, why;
};

std::vector<Row> rowsOf(const PatchPlan &plan) {
  std::vector<Row> rows;
  for (const PlannedFunction &function : plan.functions)
    rows.push_back({actionText(function.action),
                    readableNames(function.target.empty() ? function.name : function.target), function.place,
                    join(function.reasons, ", ")});
  for (const DataCommand &data : plan.data) {
    const Command &command = data.command;
    std::string name = readableNames(command.target.name);
    if (command.target.offset)
      name += fmt::format("+{:#x}", command.target.offset);
    rows.push_back(
        {command.kind == CommandKind::Value ? "value" : "pointer", std::move(name), data.place, data.reason});
  }
  return rows;
}

std::string table(const std::vector<Row> &rows) {
  std::size_t name = 0, place = 0;
  for (const Row &row : rows) {
    name = std::max(name, row.name.size());
    place = std::max(place, row.place.size());
  }
  std::string out;
  for (const Row &row : rows) {
    std::string line = fmt::format("  {:<8}  {:<{}}  {:<{}}  {}", row.what, row.name, name, row.place, place, row.why);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string refusalText(const Refusal &refusal) {
  std::string out = fmt::format("refused: {} ({}){}\n", refusal.thing, refusal.rule,
                                refusal.place.empty() ? "" : " at " + refusal.place);
  const auto line = [&](const char *label, const std::string &text) {
    if (!text.empty())
      out += fmt::format("  {:<8} {}\n", label, text);
  };
  const auto at = [](const std::string &definition, const std::string &place) {
    return definition.empty() || place.empty() ? definition : definition + " at " + place;
  };
  line("was:", at(refusal.oldDefinition, refusal.oldPlace));
  line("is now:", at(refusal.newDefinition, refusal.place));
  line("used by:", join(refusal.users, ", "));
  line("why:", refusal.why);
  line("instead:", refusal.remedy);
  return out;
}

std::string freshText(const FreshReport &fresh) {
  std::string out;
  for (const FreshDifference &difference : fresh.differences) {
    out += fmt::format("not as in the fresh build: {} {} ({}){}\n", difference.kind, difference.name, difference.unit,
                       difference.place.empty() ? "" : " at " + difference.place);
    if (!difference.first.oldText.empty())
      out += fmt::format("  {:<8} {:#x}  {}\n  {:<8} {:#x}  {}\n", "target:", difference.first.oldAddress,
                         difference.first.oldText, "fresh:", difference.first.newAddress, difference.first.newText);
    if (!difference.first.why.empty())
      out += fmt::format("  {:<8} {}\n", "why:", difference.first.why);
  }
  out += fmt::format("fresh build: {} functions and {} variables compared, {} functions in the patch, {} differ and "
                     "are not\n",
                     fresh.functions, fresh.variables, fresh.inPatch, fresh.differences.size());
  if (!fresh.superfluous.empty())
    out +=
        fmt::format("note: in the patch though the fresh build has the same code: {}\n", join(fresh.superfluous, ", "));
  return out;
}

std::string summary(const Report &report) {
  const Verdict &verdict = *report.verdict;
  switch (report.outcome) {
  case ExitCode::Failed:
    return "no patch: it would leave the running program with code or data that the fresh build does not have\n";
  case ExitCode::NoChange:
    return report.unread.generators.empty()
               ? "no functional change: nothing to patch\n"
               : "no functional change in what the target's compiles read: nothing to patch\n";
  case ExitCode::Refused:
    return fmt::format("no patch: {} thing{} would be unsafe in a running process\n", verdict.refusals.size(),
                       verdict.refusals.size() == 1 ? "" : "s");
  default:
    break;
  }
  std::size_t redirects = 0, inside = 0, fresh = 0;
  for (const PlannedFunction &function : verdict.plan.functions) {
    redirects += function.action == FunctionAction::Redirected;
    inside += function.action == FunctionAction::BoundInside;
    fresh += function.action == FunctionAction::New;
  }
  std::string out = fmt::format("{}: {} redirected, {} bound inside, {} new, {} data writes, {} warnings", report.name,
                                redirects, inside, fresh, verdict.plan.data.size(), verdict.warnings.size());
  if (!report.output.empty())
    out += fmt::format("; written to {}", report.output);
  return out + "\n";
}

} // namespace

std::string reportText(const Report &report, bool verbose) {
  const Verdict &verdict = *report.verdict;
  std::string out;
  if (verbose)
    for (const std::string &unit : report.units)
      out += fmt::format("  compiled  {}\n", unit);
  if (verbose)
    for (const std::string &file : report.unread.others)
      out += fmt::format("  not read  {}\n", file);
  if (verdict.refusals.empty())
    out += table(rowsOf(verdict.plan));
  for (const Refusal &refusal : verdict.refusals)
    out += refusalText(refusal);
  for (const std::string &note : report.notes)
    out += fmt::format("note: {}\n", note);
  for (const std::string &note : notesOf(report.unread))
    out += fmt::format("note: {}\n", note);
  for (const Warning &warning : verdict.warnings)
    out += fmt::format("warning: {}{} ({})\n", warning.place.empty() ? "" : warning.place + ": ", warning.message,
                       warning.kind);
  if (report.fresh)
    out += freshText(*report.fresh);
  // Rows have their names readable already, which their width depends on.
  return readableNames(out + summary(report));
}

} // namespace livepatch

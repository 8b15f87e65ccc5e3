#include "patchbuild/cli/judge.h"

#include "patchbuild/cli/authors_lines.h"
#include "patchbuild/decide/decide.h"
#include "patchbuild/map/load.h"
#include "patchbuild/parents/stack.h"
#include "patchbuild/target/read_image.h"
#include "patchbuild/verify/lambda_renaming.h"
#include "patchbuild/verify/read_built_program.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

namespace livepatch {

namespace {

Result<void> compileAlso(const Options &options, Prepared &prepared, const std::set<std::size_t> &needed,
                         std::size_t round) {
  const CompileSettings settings = settingsFor(options, prepared, fmt::format("also-{}", round));
  LP_TRY_ASSIGN(std::vector<CompiledUnit> more, recompileUnits(*prepared.map, prepared.change, needed, settings));
  std::move(more.begin(), more.end(), std::back_inserter(prepared.units));
  std::stable_sort(prepared.units.begin(), prepared.units.end(),
                   [](const CompiledUnit &a, const CompiledUnit &b) { return a.id < b.id; });
  return {};
}

// A change of read-only data reaches into units that no changed file concerns; those may reach into further ones.
Result<Verdict> decideWithAllUnits(const Options &options, Prepared &prepared, const TargetImage &image) {
  LP_TRY_ASSIGN(const std::vector<std::set<LinkAddr>> parentEntries, redirectedEntries(prepared.parents));
  for (std::size_t round = 1;; ++round) {
    LP_TRY_ASSIGN(Verdict verdict, decide({*prepared.map, prepared.units, prepared.change, image, parentEntries}));
    if (verdict.neededUnits.empty())
      return verdict;
    LP_TRY(compileAlso(options, prepared, verdict.neededUnits, round));
  }
}

// Where nothing is to be produced because it would be unsafe, there is nothing to compare.
Result<std::optional<FreshReport>> verifyFresh(const Options &options, const Prepared &prepared,
                                               const Verdict &verdict) {
  if (options.verifyFresh.empty() || !verdict.refusals.empty())
    return std::optional<FreshReport>();
  LP_TRY_ASSIGN(const BuiltProgram base,
                readBuiltProgram(options.target, *prepared.map,
                                 std::vector(prepared.map->units.size(), prepared.change.recordedRoot)));
  LP_TRY_ASSIGN(Map freshMap, loadTargetMap(options.verifyFresh, std::nullopt));
  std::vector<std::string> roots = rootsWithUnits(freshMap, base.unitIds, prepared.change.recordedRoot);
  LP_TRY_ASSIGN(BuiltProgram fresh, readBuiltProgram(options.verifyFresh, std::move(freshMap), std::move(roots)));
  renameLambdas(fresh, prepared.units);
  const std::string scratch = prepared.scratch.path() + "/fresh";
  LP_TRY_ASSIGN(FreshReport report, checkFresh({base, fresh, verdict, prepared.change, scratch}));
  return std::optional(std::move(report));
}

} // namespace

ExitCode Judged::outcome() const {
  if (!verdict.refusals.empty())
    return ExitCode::Refused;
  if (fresh && !fresh->differences.empty())
    return ExitCode::Failed;
  return verdict.plan.empty() ? ExitCode::NoChange : ExitCode::Produced;
}

Report Judged::report() const {
  Report out;
  out.outcome = outcome();
  out.name = name;
  for (const CompiledUnit &unit : prepared.units)
    out.units.push_back(unit.id);
  out.notes = prepared.warnings;
  out.unread = prepared.unread;
  out.verdict = &verdict;
  out.fresh = fresh ? &*fresh : nullptr;
  return out;
}

Result<Judged> judge(const Options &options) {
  if (!options.verifyFresh.empty() && !options.parents.empty())
    return error(Fault::Usage, "--verify-fresh compares with the target's file, which has none of the patches of --on",
                 "leave one of the two");
  LP_TRY_ASSIGN(Prepared prepared, prepare(options));
  LP_TRY_ASSIGN(std::string name, patchName(options, prepared.change));
  LP_TRY_ASSIGN(TargetImage image, readImage(options.target));
  for (const ParentPatch &parent : prepared.parents)
    if (parent.manifest.name == name)
      return error(Fault::Usage, fmt::format("the patch below this one is called {}, too", name),
                   "give this one another --name");
  LP_TRY(layOver(image, prepared.parents));
  LP_TRY_ASSIGN(Verdict verdict, decideWithAllUnits(options, prepared, image));
  LP_TRY_ASSIGN(std::optional<FreshReport> fresh, verifyFresh(options, prepared, verdict));
  const std::string diffs = prepared.scratch.path() + "/lines";
  std::error_code ignored; // diffLines() says what fails
  std::filesystem::create_directories(diffs, ignored);
  LP_TRY(showAuthorsLines(verdict, prepared.change, diffs));
  return Judged{std::move(prepared), std::move(image), std::move(name), std::move(verdict), std::move(fresh)};
}

void printReport(const Report &report, const Options &options) {
  if (options.json) {
    fmt::print("{}", reportJson(report));
    return;
  }
  const std::string text = reportText(report, options.verbose);
  // --quiet leaves what a person has to act on: why there is no patch.
  if (!options.quiet || report.outcome == ExitCode::Refused || report.outcome == ExitCode::Failed)
    fmt::print("{}", text);
}

} // namespace livepatch

#include "patchbuild/cli/judge.h"

#include "patchbuild/decide/decide.h"
#include "patchbuild/target/read_image.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

namespace livepatch {

namespace {

Result<void> compileAlso(const Options &options, Prepared &prepared, const std::set<std::size_t> &needed,
                         std::size_t round) {
  CompileSettings settings;
  settings.toolchain = prepared.toolchain;
  settings.scratch = fmt::format("{}/also-{}", prepared.scratch.path(), round);
  settings.jobs = options.jobs;
  LP_TRY_ASSIGN(std::vector<CompiledUnit> more, recompileUnits(*prepared.map, prepared.change, needed, settings));
  std::move(more.begin(), more.end(), std::back_inserter(prepared.units));
  std::stable_sort(prepared.units.begin(), prepared.units.end(),
                   [](const CompiledUnit &a, const CompiledUnit &b) { return a.id < b.id; });
  return {};
}

// A change of read-only data reaches into units that no changed file concerns; those may reach into further ones.
Result<Verdict> decideWithAllUnits(const Options &options, Prepared &prepared, const TargetImage &image) {
  for (std::size_t round = 1;; ++round) {
    LP_TRY_ASSIGN(Verdict verdict, decide({*prepared.map, prepared.units, prepared.change, image}));
    if (verdict.neededUnits.empty())
      return verdict;
    LP_TRY(compileAlso(options, prepared, verdict.neededUnits, round));
  }
}

} // namespace

ExitCode Judged::outcome() const {
  if (!verdict.refusals.empty())
    return ExitCode::Refused;
  return verdict.plan.empty() ? ExitCode::NoChange : ExitCode::Produced;
}

Report Judged::report() const {
  Report out;
  out.outcome = outcome();
  out.name = name;
  for (const CompiledUnit &unit : prepared.units)
    out.units.push_back(unit.id);
  out.notes = prepared.warnings;
  out.verdict = &verdict;
  return out;
}

Result<Judged> judge(const Options &options) {
  LP_TRY_ASSIGN(Prepared prepared, prepare(options));
  LP_TRY_ASSIGN(std::string name, patchName(options, prepared.change));
  LP_TRY_ASSIGN(TargetImage image, readImage(options.target));
  LP_TRY_ASSIGN(Verdict verdict, decideWithAllUnits(options, prepared, image));
  return Judged{std::move(prepared), std::move(image), std::move(name), std::move(verdict)};
}

void printReport(const Report &report, const Options &options) {
  if (options.json) {
    fmt::print("{}", reportJson(report));
    return;
  }
  const std::string text = reportText(report, options.verbose);
  // --quiet leaves what a person has to act on: why there is no patch.
  if (!options.quiet || report.outcome == ExitCode::Refused)
    fmt::print("{}", text);
}

} // namespace livepatch

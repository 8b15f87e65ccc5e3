// revert: the newest applied patch of a name is switched off; its region stays, so that switching it on again costs
// nothing.
#include "runtime/linux/region_search.h"
#include "runtime/patcher/debugger_view.h"
#include "runtime/patcher/giving_back.h"
#include "runtime/patcher/livepatch.h"
#include "runtime/patcher/switching.h"
#include "runtime/patcher/tidying.h"
#include "runtime/patcher/watch_list.h"

#include <algorithm>
#include <fmt/format.h>

namespace livepatch {
namespace {

// The word of each of its data, also where there is none: a run that was ended before the switch may have left one.
Result<void> writeHandDowns(const TargetMemory &memory, const RegionHeader &region,
                            const std::vector<HandDown> &handDowns) {
  for (std::size_t i = 0; i < region.data.size(); ++i) {
    const RuntimeAddr field = handDownAddress(region, i);
    const auto found =
        std::find_if(handDowns.begin(), handDowns.end(), [&](const HandDown &h) { return h.field == field; });
    LP_TRY(memory.writeWord(field, found == handDowns.end() ? 0 : found->to.value));
  }
  return {};
}

bool isOff(const RegionHeader *region) {
  return region && (PatchStack::statusOf(*region) == PatchStatus::Reverted ||
                    PatchStack::statusOf(*region) == PatchStatus::Prepared);
}

// Of all patches of that name that are switched off: a rebuilt one may have left an older one behind.
Result<MemoryReturn> giveBackAll(TargetSession &session, const std::string &name, const ApplyOptions &options) {
  MemoryReturn last;
  // The loader's list for debuggers leads to none of them any more. If it does, the search finds it.
  (void)showAppliedPatches(session, nullptr);
  for (;;) {
    const RegionHeader *region = session.patches().named(name);
    if (!isOff(region))
      return last;
    LP_TRY_ASSIGN(last, giveBack(session, *region, options.longestStop));
    if (!last.given)
      return last;
  }
}

// Reverted before: only its memory is left to be given back.
Result<RevertReport> giveBackOnly(TargetSession &session, const std::string &name, const ApplyOptions &options) {
  RevertReport report;
  report.patch = name;
  LP_TRY_ASSIGN(report.memory, giveBackAll(session, name, options));
  if (!report.memory->given)
    return error(Fault::Already,
                 fmt::format("the patch {} is not applied, and its memory was kept: {}", name, report.memory->why));
  return report;
}

Result<RevertReport> revertIn(TargetSession &session, const std::string &name, const ApplyOptions &options) {
  if (!options.dryRun)
    LP_TRY(tidy(session));
  if (options.giveBack && !options.dryRun && isOff(session.patches().named(name)))
    return giveBackOnly(session, name, options);
  LP_TRY_ASSIGN(RevertPlan plan, session.patches().planRevert(name));
  const RegionHeader region = session.patches().patches()[plan.patch];
  RevertReport report;
  report.patch = region.name;
  report.restored = plan.restored;
  report.covered = plan.covered;
  if (options.dryRun)
    return report;

  Consistency consistency = options.consistency;
  if (consistency == Consistency::Automatic)
    consistency = region.redirects.size() <= 1 && !plan.needsAgent ? Consistency::Function : Consistency::Stack;
  LP_TRY(writeHandDowns(session.memory(), region, plan.handDowns));
  WatchList watch = replacedCode(session.patches(), region);
  SwitchOutcome outcome =
      switchPatch(session, {region, SwitchTo::Off, plan.needsAgent, std::move(watch.functions), std::move(watch.stubs),
                            consistency, options.deadline, options.stopLimit});
  if (outcome.failure) {
    // Not reverted after all: a later revert makes its own plan. (An agent on its way needs them as they are.)
    if (!outcome.undecided && !session.targetIsGone())
      LP_TRY(writeHandDowns(session.memory(), region, {}));
    return *std::move(outcome.failure);
  }
  LP_TRY_ASSIGN(RegionHeader now, readRegion(session.memory(), region.at));
  for (const RegionData &data : now.data)
    if (data.state == DataState::Kept)
      report.kept.push_back(data.name);
  report.stops = outcome.times;
  if (options.giveBack) {
    LP_TRY_ASSIGN(report.memory, giveBackAll(session, name, options));
  }
  return report;
}

} // namespace

Result<RevertReport> revert(pid_t pid, const std::string &name, const ApplyOptions &options) {
  LP_TRY_ASSIGN(TargetSession session, TargetSession::open(pid, SessionPurpose::Change, options));
  Result<RevertReport> outcome = revertIn(session, name, options);
  if (outcome)
    outcome->stops.borrowings = session.borrowings();
  // The patch is off, whatever debuggers are told: should this fail, the next tool does it.
  if (outcome && !options.dryRun)
    (void)showAppliedPatches(session, nullptr);
  if (!outcome && session.targetIsGone())
    return session.process().gone();
  return outcome;
}

} // namespace livepatch

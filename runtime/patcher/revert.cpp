// revert: the newest applied patch of a name is switched off; its region stays, so that switching it on again costs
// nothing.
#include "runtime/linux/region_search.h"
#include "runtime/patcher/debugger_view.h"
#include "runtime/patcher/livepatch.h"
#include "runtime/patcher/switching.h"
#include "runtime/patcher/tidying.h"
#include "runtime/patcher/watch_list.h"

namespace livepatch {
namespace {

Result<void> writeHandDowns(const TargetMemory &memory, const RevertPlan &plan, bool set) {
  for (const HandDown &handDown : plan.handDowns)
    LP_TRY(memory.writeWord(handDown.field, set ? handDown.to.value : 0));
  return {};
}

Result<RevertReport> revertIn(TargetSession &session, const std::string &name, const ApplyOptions &options) {
  if (!options.dryRun)
    LP_TRY(tidy(session));
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
  LP_TRY(writeHandDowns(session.memory(), plan, true));
  WatchList watch = replacedCode(session.patches(), region);
  SwitchOutcome outcome =
      switchPatch(session, {region, SwitchTo::Off, plan.needsAgent, std::move(watch.functions), std::move(watch.stubs),
                            consistency, options.deadline, options.stopLimit});
  if (outcome.failure) {
    // Not reverted after all: a later revert makes its own plan. (An agent on its way needs them as they are.)
    if (!outcome.undecided && !session.targetIsGone())
      LP_TRY(writeHandDowns(session.memory(), plan, false));
    return *std::move(outcome.failure);
  }
  LP_TRY_ASSIGN(RegionHeader now, readRegion(session.memory(), region.at));
  for (const RegionData &data : now.data)
    if (data.state == DataState::Kept)
      report.kept.push_back(data.name);
  report.stops = outcome.times;
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

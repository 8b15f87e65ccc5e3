// apply and check: from a patch on disk to a process that runs it, in the order in which docs/architecture.md tells it.
#include "runtime/patcher/arming.h"
#include "runtime/patcher/debugger_view.h"
#include "runtime/patcher/livepatch.h"
#include "runtime/patcher/preparation.h"
#include "runtime/patcher/region_placement.h"
#include "runtime/patcher/switching.h"
#include "runtime/patcher/tidying.h"
#include "runtime/patcher/watch_list.h"

#include "runtime/core/replacement.h"
#include "runtime/linux/region_search.h"

#include <algorithm>
#include <fmt/format.h>

namespace livepatch {
namespace {

Consistency chosen(Consistency wish, std::size_t functions, std::size_t data) {
  if (wish != Consistency::Automatic)
    return wish;
  return functions <= 1 && data == 0 ? Consistency::Function : Consistency::Stack;
}

ApplyReport reportOf(const RegionHeader &region, Consistency consistency) {
  ApplyReport report;
  report.patch = region.name;
  report.consistency = consistency;
  for (const RegionRedirect &redirect : region.redirects)
    if (!redirect.toOriginal())
      report.functions.push_back(redirect.name);
  for (const RegionData &data : region.data)
    report.data.push_back({data.name, data.state == DataState::Written});
  return report;
}

void addReplaced(ApplyReport &report, const std::vector<RegionHeader> &replaced, const RegionHeader &region) {
  for (auto earlier = replaced.rbegin(); earlier != replaced.rend(); ++earlier)
    report.replaced.push_back(earlier->name);
  if (!replaced.empty())
    for (const RegionRedirect &redirect : region.redirects)
      if (redirect.toOriginal())
        report.back.push_back(redirect.name);
}

// What the agent has written and what it has left, as the region itself tells it afterwards.
Result<ApplyReport> reportFromTarget(const TargetSession &session, const RegionHeader &region, Consistency consistency,
                                     const std::vector<RegionHeader> &replaced, const StopTimes &stops) {
  LP_TRY_ASSIGN(RegionHeader now, readRegion(session.memory(), region.at));
  ApplyReport report = reportOf(now, consistency);
  report.stops = stops;
  addReplaced(report, replaced, region);
  for (const ChangedData &data : report.data)
    if (!data.written)
      report.notes.push_back(
          fmt::format("{} was left as it is: its value is not the one the patch expects", data.name));
  return report;
}

// The agent reverts them on the way: nothing is handed down then. A revert that was ended before its switch may have
// left what it had in mind.
Result<void> forgetHandDowns(const TargetMemory &memory, const std::vector<RegionHeader> &replaced) {
  for (const RegionHeader &region : replaced)
    for (std::size_t i = 0; i < region.data.size(); ++i)
      LP_TRY(memory.writeWord(handDownAddress(region, i), 0));
  return {};
}

SwitchOutcome switchOn(TargetSession &session, const PatchFiles &patch, const RegionHeader &region,
                       Consistency consistency, const ApplyOptions &options, bool replaces) {
  WatchList watch = replacedCode(session.patches(), region);
  return switchPatch(session,
                     {region, SwitchTo::On, !region.data.empty() || replaces, std::move(watch.functions),
                      std::move(watch.stubs), consistency, options.deadline, options.stopLimit, patch.neverReturn});
}

// The list is for one commit only: what it named once may be unmapped by now.
Result<void> writeReplaced(const TargetMemory &memory, const RegionHeader &region,
                           const std::vector<RegionHeader> &replaced) {
  for (std::size_t i = 0; i < region.replaced.size(); ++i)
    LP_TRY(memory.writeWord(replacedAddress(region) + i * sizeof(std::uint64_t),
                            i < replaced.size() ? replaced[i].at.value : 0));
  return {};
}

// The patch lies in the process already, reverted or never switched on: nothing has to be mapped.
Result<ApplyReport> applyAgain(TargetSession &session, const PatchFiles &patch, const RegionHeader &found,
                               const std::vector<RegionHeader> &replaced, const ApplyOptions &options) {
  const RegionHeader region = found; // the session's copies go when it is refreshed
  LP_TRY(session.patches().checkParents(patch.name, patch.parents));
  LP_TRY(session.patches().checkReapply(region));
  Consistency consistency = chosen(options.consistency, region.redirects.size(), region.data.size() + replaced.size());
  ApplyReport would = reportOf(region, consistency);
  would.switchedOnAgain = true;
  addReplaced(would, replaced, region);
  if (options.dryRun)
    return would;
  LP_TRY(forgetHandDowns(session.memory(), replaced));
  LP_TRY(writeReplaced(session.memory(), region, replaced));
  if (region.state == RegionState::Loaded || region.state == RegionState::Arming) {
    LP_TRY_ASSIGN(std::vector<EntryWrite> entries, entryWrites(session.architecture(), region));
    std::optional<FindObjectHook> hook;
    if (region.findObjectSlot.value)
      hook = FindObjectHook{region.findObjectSlot, {}};
    LP_TRY(arm(session, region, entries, hook));
  }
  SwitchOutcome outcome = switchOn(session, patch, region, consistency, options, !replaced.empty());
  if (outcome.failure)
    return *std::move(outcome.failure);
  LP_TRY_ASSIGN(ApplyReport report, reportFromTarget(session, region, consistency, replaced, outcome.times));
  report.switchedOnAgain = true;
  return report;
}

// Takes back what an application has done so far. Its own failure is told together with the cause.
Error undo(TargetSession &session, const RegionImage &image, const std::optional<FindObjectHook> &hook, Error cause) {
  if (session.targetIsGone())
    return session.process().gone();
  Result<void> disarmed = disarm(session, image.header, image.entries, hook);
  if (!disarmed) {
    cause.message += fmt::format(" (the patch stays prepared but switched off: {})", disarmed.failure().message);
    return cause;
  }
  Result<bool> removed = removeRegion(session, image.header);
  if (!removed)
    cause.message += fmt::format(" (its memory stays until the next livepatch: {})", removed.failure().message);
  return cause;
}

Result<ApplyReport> applyFresh(TargetSession &session, const PatchFiles &patch, Replace replace,
                               const ApplyOptions &options) {
  // From files and a snapshot to a complete plan. Nothing of the target has changed.
  LP_TRY_ASSIGN(Preparation preparation, prepare(session, patch, replace));
  const std::vector<RegionHeader> &replaced = preparation.replaced;
  Consistency consistency =
      chosen(options.consistency, preparation.plan.redirects.size(), preparation.plan.data.size() + replaced.size());
  if (options.dryRun) {
    ApplyReport would;
    would.patch = patch.name;
    would.consistency = consistency;
    for (const PlannedRedirect &redirect : preparation.plan.redirects)
      (redirect.original ? would.back : would.functions).push_back(redirect.name);
    for (auto earlier = replaced.rbegin(); earlier != replaced.rend(); ++earlier)
      would.replaced.push_back(earlier->name);
    for (const PlannedData &data : preparation.plan.data)
      would.data.push_back({data.name, true});
    would.notes = preparation.notes;
    return would;
  }

  LP_TRY(forgetHandDowns(session.memory(), replaced));
  // New memory in the target, to which nothing leads yet.
  LP_TRY_ASSIGN(RegionImage image, placeRegion(session, preparation));
  if (Result<void> loaded = writeState(session.memory(), image.header, RegionState::Loaded); !loaded)
    return undo(session, image, preparation.hook, std::move(loaded).failure());

  // The entries lead to the stubs, which go on to the old code.
  if (Result<void> armed = arm(session, image.header, image.entries, preparation.hook); !armed)
    return undo(session, image, preparation.hook, std::move(armed).failure());

  // One byte.
  SwitchOutcome outcome = switchOn(session, patch, image.header, consistency, options, !replaced.empty());
  if (outcome.failure && outcome.undecided)
    return *std::move(outcome.failure);
  if (outcome.failure)
    return undo(session, image, preparation.hook, *std::move(outcome.failure));
  LP_TRY_ASSIGN(ApplyReport report, reportFromTarget(session, image.header, consistency, replaced, outcome.times));
  report.notes.insert(report.notes.begin(), preparation.notes.begin(), preparation.notes.end());
  return report;
}

Result<ApplyReport> applyIn(TargetSession &session, const PatchFiles &patch, const ApplyOptions &options) {
  if (!options.dryRun)
    LP_TRY(tidy(session));
  const Replace replace = options.replace || patch.replaces ? Replace::Earlier : Replace::Nothing;
  std::vector<RegionHeader> replaced;
  if (replace == Replace::Earlier) {
    LP_TRY_ASSIGN(replaced, patchesReplacedBy(session, patch));
  }
  if (const RegionHeader *region = session.patches().withIdentity(patch.identity)) {
    switch (PatchStack::statusOf(*region)) {
    case PatchStatus::Applied:
      return error(Fault::Already, fmt::format("patch {} is applied to process {} already", region->name,
                                               session.process().describe()));
    case PatchStatus::InMotion:
      return error(
          Fault::Busy,
          fmt::format("patch {} is being switched in process {} right now", region->name, session.process().describe()),
          "see `livepatch list` in a while");
    default:
      // What does not fit any more stays as it is, switched off, and a new one is placed on top.
      if (canReuse(session.patches(), *region, replaced))
        return applyAgain(session, patch, *region, replaced, options);
    }
  }
  const auto isReplaced = [&](const RegionHeader &region) {
    return std::any_of(replaced.begin(), replaced.end(), [&](const RegionHeader &r) { return r.at == region.at; });
  };
  if (const RegionHeader *same = session.patches().named(patch.name);
      same && PatchStack::statusOf(*same) == PatchStatus::Applied && !isReplaced(*same))
    return error(
        Fault::Refused,
        fmt::format("process {} runs a patch named {} already, with other content", session.process().describe(),
                    patch.name),
        fmt::format("revert it first (livepatch revert --pid {} {}), let this one take its place (--replace), or "
                    "build it under another --name",
                    session.process().pid(), patch.name));
  return applyFresh(session, patch, replace, options);
}

} // namespace

Result<ApplyReport> apply(pid_t pid, const PatchFiles &patch, const ApplyOptions &options) {
  LP_TRY_ASSIGN(TargetSession session, TargetSession::open(pid, SessionPurpose::Change, options));
  Result<ApplyReport> outcome = applyIn(session, patch, options);
  if (outcome)
    outcome->stops.borrowings = session.borrowings();
  if (outcome && !options.dryRun)
    if (Result<void> shown = showAppliedPatches(session, &patch); !shown && !session.targetIsGone())
      outcome->notes.push_back(fmt::format("debuggers will not see its functions: {}", shown.failure().message));
  if (!outcome && session.targetIsGone())
    return session.process().gone();
  return outcome;
}

Result<CheckReport> check(pid_t pid, const PatchFiles &patch, const ApplyOptions &options) {
  ApplyOptions dry = options;
  dry.dryRun = true;
  CheckReport report;
  LP_TRY_ASSIGN(report.would, apply(pid, patch, dry));
  if (report.would.consistency != Consistency::Stack)
    return report;
  // Who is inside the functions as they are now.
  LP_TRY_ASSIGN(TargetSession session, TargetSession::open(pid, SessionPurpose::Change, dry));
  LP_TRY_ASSIGN(Preparation preparation,
                prepare(session, patch, dry.replace || patch.replaces ? Replace::Earlier : Replace::Nothing));
  std::vector<WatchedFunction> watched;
  for (const PlannedRedirect &redirect : preparation.plan.redirects)
    watched.push_back({redirect.name, {redirect.function, redirect.function + redirect.oldSize}, redirect.entry});
  LP_TRY_ASSIGN(std::vector<Occupant> occupants, lookForOccupants(session, watched, {}));
  for (const Occupant &occupant : occupants)
    report.busy.push_back(describeOccupant(session, occupant, watched));
  return report;
}

} // namespace livepatch

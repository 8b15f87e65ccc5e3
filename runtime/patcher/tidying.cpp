#include "runtime/patcher/tidying.h"

#include "runtime/patcher/debugger_view.h"
#include "runtime/patcher/giving_back.h"
#include "runtime/patcher/region_placement.h"
#include "runtime/patcher/switching.h"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

namespace livepatch {
namespace {

constexpr auto agentLimit = std::chrono::seconds(2);
constexpr auto pauseBetweenLooks = std::chrono::milliseconds(5);

bool inMotion(const RegionHeader &region) {
  return PatchStack::statusOf(region) == PatchStatus::InMotion;
}

// In a child that was forked in the middle of a switch. The patch that takes the place of others comes before them, for
// it ends their switch, too.
Result<void> endInherited(TargetSession &session) {
  const auto perhapsReplaced = [](const RegionHeader &region) {
    return region.state == RegionState::Reverting && !region.closed;
  };
  for (const bool replacedOnes : {false, true}) {
    const std::vector<RegionHeader> all = session.patches().patches(); // a copy: refreshing changes the session's own
    const auto others = [&](const RegionHeader &region) { return inMotion(region) && !perhapsReplaced(region); };
    if (replacedOnes && std::any_of(all.begin(), all.end(), others))
      return {}; // its agent is at work in this very process
    for (const RegionHeader &region : all) {
      if (!inMotion(region) || perhapsReplaced(region) != replacedOnes)
        continue;
      LP_TRY_ASSIGN(const bool ended, endInheritedSwitch(session, region));
      if (ended)
        LP_TRY(session.refresh());
    }
  }
  return {};
}

} // namespace

Result<void> tidy(TargetSession &session) {
  const auto limit = Clock::now() + agentLimit;
  auto someInMotion = [&] {
    const auto &patches = session.patches().patches();
    return std::any_of(patches.begin(), patches.end(), inMotion);
  };
  if (someInMotion())
    LP_TRY(endInherited(session));
  while (someInMotion() && Clock::now() < limit) {
    std::this_thread::sleep_for(pauseBetweenLooks);
    LP_TRY(session.refresh());
  }
  // It will come to its end, but when is open (its process may be stopped as a whole): until then nobody knows what
  // governs.
  const auto &patches = session.patches().patches();
  if (const auto moving = std::find_if(patches.begin(), patches.end(), inMotion); moving != patches.end())
    return error(
        Fault::Busy,
        fmt::format("patch {} is being switched in process {} right now", moving->name, session.process().describe()),
        "see `livepatch list` in a while; a process that is stopped (SIGSTOP) has to go on first");
  // A copy: removing changes the session's own list.
  const std::vector<RegionHeader> all = session.patches().patches();
  bool removed = false;
  for (const RegionHeader &region : all) {
    if (PatchStack::statusOf(region) != PatchStatus::Abandoned)
      continue;
    // What cannot be given back now is in nobody's way: the next livepatch tries again.
    Result<bool> gone =
        region.state == RegionState::Retired ? removeRetired(session, region) : removeRegion(session, region);
    if (!gone && gone.failure().fault != Fault::Busy)
      return std::move(gone).failure();
    removed = true;
  }
  if (removed)
    LP_TRY(session.refresh());
  // What a tool that died between the switch and this has left. Nothing but what debuggers see hangs on it.
  (void)showAppliedPatches(session, nullptr);
  return {};
}

} // namespace livepatch

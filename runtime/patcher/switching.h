// The moment itself: a patch is switched on or off with one byte, under the consistency that was asked for.
#pragma once

#include "runtime/core/activeness.h"
#include "runtime/core/region_header.h"
#include "runtime/core/result.h"
#include "runtime/patcher/livepatch.h"
#include "runtime/patcher/target_session.h"

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace livepatch {

enum class SwitchTo { On, Off };

struct SwitchRequest {
  const RegionHeader &region;
  SwitchTo to = SwitchTo::On;
  bool throughAgent = false;            // data have to change in the same moment: only the agent can do that
  std::vector<WatchedFunction> watched; // nobody may be inside these (Stack only)
  std::vector<AddressRange> stubs;      // nor on the way through here
  Consistency consistency = Consistency::Stack;
  std::chrono::milliseconds deadline{0};
  std::optional<std::chrono::milliseconds> stopLimit; // for one stop; else 5 ms, and more after one that took longer
  std::set<std::string> neverReturn{}; // of the watched: whoever is inside will be there at the deadline, too
  bool leftByFork = false;             // this process is a child that was forked in the middle of this switch
};

struct SwitchOutcome {
  StopTimes times;
  std::optional<Error> failure; // Fault::Busy: no such moment came. Nothing was switched, except where `undecided`.
  // The agent was started on a thread that a signal handler holds: it may still come to its end. The region has to
  // stay.
  bool undecided = false;
};

[[nodiscard]] SwitchOutcome switchPatch(TargetSession &session, const SwitchRequest &request);

// Brings a switch to its end that a child has inherited half done: in the child itself there is nobody who would.
// False: this one is not such a switch.
[[nodiscard]] Result<bool> endInheritedSwitch(TargetSession &session, const RegionHeader &region);

// Who is inside the watched functions right now; stops the process for a moment.
[[nodiscard]] Result<std::vector<Occupant>> lookForOccupants(TargetSession &session,
                                                             const std::vector<WatchedFunction> &watched,
                                                             const std::vector<AddressRange> &stubs);

// "thread 4711 (worker) is inside handle (handle+0x1d)"
[[nodiscard]] std::string describeOccupant(const TargetSession &session, const Occupant &occupant,
                                           const std::vector<WatchedFunction> &watched);

} // namespace livepatch

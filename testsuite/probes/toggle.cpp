// Toggles a patch in a process many times, faster than commands can.
//
//   probe_toggle PID PATCH calls N     N times livepatch::revert() or livepatch::apply(), as the command does it: each
//                                      looks at the process anew, verifies, and switches the flag of the patch
//   probe_toggle PID PATCH switches N  the switch alone, on and off, in one session
//   probe_toggle PID PATCH entries N   the entries themselves: each is N times given its own bytes back or made a jump
//                                      again, one aligned 8-byte store each
//
// The patch has to be applied, and is applied afterwards. Prints "toggles N seconds S".
#include "runtime/core/region_image.h"
#include "runtime/patcher/arming.h"
#include "runtime/patcher/livepatch.h"
#include "runtime/patcher/switching.h"
#include "runtime/patcher/target_session.h"

#include <chrono>
#include <fmt/format.h>
#include <functional>
#include <iostream>
#include <optional>
#include <string>

namespace livepatch {
namespace {

// `once` does both halves: off, on.
Result<void> repeat(long toggles, const std::function<Result<void>(bool on)> &once) {
  for (long i = 0; i + 1 < toggles; i += 2) {
    LP_TRY(once(false));
    LP_TRY(once(true));
  }
  return {};
}

Result<void> toggleByCalls(pid_t pid, const PatchFiles &patch, long toggles) {
  ApplyOptions options;
  options.consistency = Consistency::Function; // the callers never leave the functions for long
  return repeat(toggles, [&](bool on) -> Result<void> {
    if (on)
      LP_TRY(apply(pid, patch, options));
    else
      LP_TRY(revert(pid, patch.name, options));
    return {};
  });
}

Result<RegionHeader> regionOf(const TargetSession &session, const PatchFiles &patch) {
  const RegionHeader *region = session.patches().named(patch.name);
  if (!region)
    return error(Fault::NotFound, fmt::format("the process has no patch {}", patch.name));
  return *region;
}

Result<void> toggleSwitch(pid_t pid, const PatchFiles &patch, long toggles) {
  LP_TRY_ASSIGN(TargetSession session, TargetSession::open(pid, SessionPurpose::Change, {}));
  LP_TRY_ASSIGN(const RegionHeader region, regionOf(session, patch));
  SwitchRequest request{region, SwitchTo::Off, false, {}, {}, Consistency::Function, {}, {}};
  return repeat(toggles, [&](bool on) -> Result<void> {
    request.to = on ? SwitchTo::On : SwitchTo::Off;
    SwitchOutcome outcome = switchPatch(session, request);
    if (outcome.failure)
      return *std::move(outcome.failure);
    return {};
  });
}

Result<void> toggleEntries(pid_t pid, const PatchFiles &patch, long toggles) {
  LP_TRY_ASSIGN(TargetSession session, TargetSession::open(pid, SessionPurpose::Change, {}));
  LP_TRY_ASSIGN(const RegionHeader region, regionOf(session, patch));
  LP_TRY_ASSIGN(const std::vector<EntryWrite> entries, entryWrites(session.architecture(), region));
  const std::optional<FindObjectHook> noHook;
  LP_TRY(repeat(toggles, [&](bool on) -> Result<void> {
    return on ? arm(session, region, entries, noHook) : disarm(session, region, entries, noHook);
  }));
  // arm() leaves it as before a switch; the flag has been on all the time.
  return writeState(session.memory(), region, RegionState::Committed);
}

Result<void> run(pid_t pid, const std::string &folder, const std::string &what, long toggles) {
  LP_TRY_ASSIGN(const PatchFiles patch, readPatchFolder(folder));
  if (what == "calls")
    return toggleByCalls(pid, patch, toggles);
  if (what == "switches")
    return toggleSwitch(pid, patch, toggles);
  if (what == "entries")
    return toggleEntries(pid, patch, toggles);
  return error(Fault::Usage, "what is to be toggled: calls, switches or entries?");
}

} // namespace
} // namespace livepatch

int main(int argc, char **argv) {
  if (argc != 5) {
    std::cerr << "usage: probe_toggle PID PATCH calls|switches|entries N\n";
    return 2;
  }
  const long toggles = std::stol(argv[4]);
  const auto began = std::chrono::steady_clock::now();
  const livepatch::Result<void> done = livepatch::run(std::stoi(argv[1]), argv[2], argv[3], toggles);
  if (!done) {
    std::cerr << "probe_toggle: " << done.failure().message << "\n";
    return 1;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::cout << fmt::format("toggles {} seconds {:.1f}\n", toggles, took.count());
  return 0;
}

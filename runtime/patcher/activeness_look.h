// Looks at stopped threads: is anybody inside? Raw stack words first, the exact unwinder only for those that look so.
#pragma once

#include "runtime/core/activeness.h"
#include "runtime/core/result.h"
#include "runtime/linux/stack_unwinder.h"
#include "runtime/patcher/target_session.h"

#include <memory>
#include <span>
#include <vector>

namespace livepatch {

class ActivenessLook {
public:
  ActivenessLook(const TargetSession &session, const std::vector<WatchedFunction> &watched,
                 const std::vector<AddressRange> &stubs)
      : session_(session), finder_(watched, stubs), maps_(session.maps()) {}

  struct Finding {
    std::vector<Occupant> occupants;
    // Some are suspected only by a stack word, and the unwinder is not there yet: prepare() it, then look again.
    bool wantsUnwinder = false;
    bool tooLong = false; // exact unwinding was cut off at `end`: nothing is known
  };
  [[nodiscard]] Result<Finding> at(std::span<const SeizedThread> stopped, Clock::time_point end);

  // Reads the mappings again. Before a stop, never within it.
  [[nodiscard]] Result<void> refreshMaps();
  // Reads the unwind tables of what is loaded now. Takes long (milliseconds): never while threads are stopped.
  [[nodiscard]] Result<void> prepareUnwinder();

private:
  const TargetSession &session_;
  OccupantFinder finder_;
  std::vector<MemoryMapping> maps_;
  ModuleList modules_; // may be newer than the session's: the program may have loaded some since
  std::unique_ptr<StackUnwinder> unwinder_;
};

} // namespace livepatch

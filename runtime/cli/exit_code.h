// The exit codes of livepatch and pannus: stable and documented, scripts decide by these.
#pragma once

#include "runtime/core/result.h"

namespace livepatch {

enum class ExitCode : int {
  Done = 0,
  Failed = 1,
  Usage = 2,
  Already = 3, // it was so before: nothing to do
  Refused = 4, // build-id, permission, missing symbol, no such patch, unsafe
  Busy = 5,
  Gone = 6,
};

[[nodiscard]] ExitCode exitCodeFor(Fault fault);

// Of two processes' outcomes the one that the user has to look at first.
[[nodiscard]] ExitCode moreSevere(ExitCode a, ExitCode b);

// "already": how reports name an outcome.
[[nodiscard]] const char *outcomeName(ExitCode code);

} // namespace livepatch

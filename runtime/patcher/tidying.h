// What a tool that was killed has left in a target, put in order by the next one.
#pragma once

#include "runtime/core/result.h"
#include "runtime/patcher/target_session.h"

namespace livepatch {

// Unmaps regions that were never completed, and waits a moment for an agent that is still at work.
[[nodiscard]] Result<void> tidy(TargetSession &session);

} // namespace livepatch

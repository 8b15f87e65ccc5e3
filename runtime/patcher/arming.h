// Turns the entries of the target's functions into jumps to the patch's stubs, and back.
//
// An entry before: a 5-byte NOP inside one aligned 8-byte word. After: a jump to the stub, which goes on to the old
// body as long as the patch's flag is 0. Each word is written with one aligned 8-byte store, so whoever executes it
// sees the one or the other, and both lead to the same code. So the order does not matter, and the target is correct
// after every single store.
#pragma once

#include "runtime/core/region_image.h"
#include "runtime/core/result.h"
#include "runtime/patcher/target_session.h"

#include <optional>
#include <vector>

namespace livepatch {

// Ends in RegionState::Armed. Words that are armed already stay, so it completes what a killed tool has begun.
[[nodiscard]] Result<void> arm(const TargetSession &session, const RegionHeader &region,
                               const std::vector<EntryWrite> &entries, const std::optional<FindObjectHook> &hook);

// Gives every word that leads into the region its former content, and ends in RegionState::Loaded.
[[nodiscard]] Result<void> disarm(const TargetSession &session, const RegionHeader &region,
                                  const std::vector<EntryWrite> &entries, const std::optional<FindObjectHook> &hook);

// The region's state field, 4 bytes in writable memory.
[[nodiscard]] Result<void> writeState(const TargetMemory &memory, const RegionHeader &region, RegionState state);
[[nodiscard]] Result<RegionState> readState(const TargetMemory &memory, const RegionHeader &region);

} // namespace livepatch

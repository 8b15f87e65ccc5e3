// Takes a switched-off patch out of the chains of stubs, whatever lies above and below it: which words change.
//
// Pure. Afterwards nothing in the process leads to the region's code; only who is there already may still be.
#pragma once

#include "runtime/arch/architecture.h"
#include "runtime/core/patch_stack.h"
#include "runtime/core/write_plan.h"

#include <vector>

namespace livepatch {

// One aligned 8-byte store. The order matters: a run that was cut off is planned anew from what it has left.
struct WordChange {
  RuntimeAddr word;
  std::uint64_t expected = 0, desired = 0;
};

// Refused where an entry, a stub or the lookup of unwind tables is not as we have left it.
[[nodiscard]] Result<std::vector<WordChange>> planUnlinking(const Architecture &architecture, const PatchStack &stack,
                                                            const RegionHeader &region, const MemoryReader &read);

} // namespace livepatch

// Gives a reverted patch's memory back, where it can be proved that nothing in the process can still use it.
//
// What is proved, and by what (docs/architecture.md, "Giving memory back"): the patch's code and data hand out no
// address of its functions and variables that the program could have put where nobody can look (the kernel, a pipe);
// while all threads stand still, no register, no live stack and no other memory holds an address of the region.
#pragma once

#include "runtime/core/region_header.h"
#include "runtime/core/result.h"
#include "runtime/patcher/livepatch.h"
#include "runtime/patcher/target_session.h"

#include <chrono>

namespace livepatch {

// `region` is switched off. Refreshes the session where something was changed. An Error only where the process cannot
// be worked on at all; that the memory has to stay is a MemoryReturn with the reason.
[[nodiscard]] Result<MemoryReturn> giveBack(TargetSession &session, const RegionHeader &region,
                                            std::chrono::milliseconds longestStop);

// Takes a retired region out of the chains of stubs and unmaps it as soon as no thread is in its stubs. False: one is.
[[nodiscard]] Result<bool> removeRetired(TargetSession &session, const RegionHeader &region);

} // namespace livepatch

// What the stacks of stopped threads hold, read for the activeness check (core/activeness.h).
#pragma once

#include "runtime/core/activeness.h"
#include "runtime/core/memory_maps.h"
#include "runtime/linux/seized_thread.h"
#include "runtime/linux/target_memory.h"
#include "runtime/linux/target_process.h"

#include <span>
#include <vector>

namespace livepatch {

// One sample for each stopped thread: instruction pointer, and the words of its stack from the stack pointer to the end
// of the mapping. A thread on an alternate signal stack or a coroutine has its own stack read too, the whole of it. All
// stacks are fetched with few system calls, for the threads stand still meanwhile. `maps` may be from just before the
// stop; it is read again where a stack is not in it. Fault::Refused where a thread's stack pointer leads nowhere.
[[nodiscard]] Result<std::vector<ThreadSample>> sampleStacks(const TargetProcess &target, const TargetMemory &memory,
                                                             std::vector<MemoryMapping> &maps,
                                                             std::span<const SeizedThread> threads);

} // namespace livepatch

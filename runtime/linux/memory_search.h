// Looks through everything that a process can keep an address in: its memory, page by page, and its threads' registers.
#pragma once

#include "runtime/core/address_search.h"
#include "runtime/core/memory_maps.h"
#include "runtime/core/result.h"
#include "runtime/linux/seized_thread.h"
#include "runtime/linux/target_memory.h"
#include "runtime/linux/target_process.h"

#include <optional>
#include <span>
#include <vector>

namespace livepatch {

// Where the first address is, if there is one. Searched is what the process can have written: private memory as far as
// it differs from its file, whatever its protection is now, and shared memory that is writable. `skipped`: ranges that
// do not count. Fault::Refused where some of it cannot be read.
[[nodiscard]] Result<std::optional<RuntimeAddr>> searchMemory(const TargetProcess &target, const TargetMemory &memory,
                                                              std::span<const MemoryMapping> maps,
                                                              const std::vector<AddressRange> &skipped,
                                                              const AddressSearch &search);

// Whether a stopped thread has one in a register, those for vectors included.
[[nodiscard]] bool registersHold(const SeizedThread &thread, const AddressSearch &search);

} // namespace livepatch

// Finds the patch regions in a target: the state of all patches, kept nowhere else.
#pragma once

#include "runtime/core/memory_maps.h"
#include "runtime/core/region_header.h"
#include "runtime/core/result.h"
#include "runtime/linux/target_memory.h"

#include <span>
#include <vector>

namespace livepatch {

// Every private anonymous writable mapping that begins with a region header. One whose tables are damaged is an Error:
// a process with an unreadable patch must not be patched further.
// Those of another format version are told apart: they are listed, and their process is left alone.
struct FoundRegions {
  std::vector<RegionHeader> regions;
  std::vector<ForeignRegion> foreign;
};
[[nodiscard]] Result<FoundRegions> findRegions(const TargetMemory &memory, std::span<const MemoryMapping> maps);

// One region again, as it is now.
[[nodiscard]] Result<RegionHeader> readRegion(const TargetMemory &memory, RuntimeAddr at);

} // namespace livepatch

#include "runtime/linux/region_search.h"

#include <fmt/format.h>

namespace livepatch {
namespace {

// Of all headers together: a million redirects. Beyond it they are not ours, and the tool would have to hold them.
constexpr std::uint64_t mostHeaderBytes = std::uint64_t{128} << 20;

Error damaged(RuntimeAddr at) {
  return error(Fault::Format, fmt::format("the patch header at {:#x} is damaged", at.value),
               "restart the process to get rid of it");
}

} // namespace

Result<RegionHeader> readRegion(const TargetMemory &memory, RuntimeAddr at) {
  LP_TRY_ASSIGN(std::vector<std::uint8_t> first, memory.read(at, LP_REGION_FIXED_SIZE));
  auto size = probeRegion(at, first);
  if (!size)
    return damaged(at);
  LP_TRY_ASSIGN(std::vector<std::uint8_t> bytes, memory.read(at, *size));
  return decodeRegion(at, bytes);
}

Result<FoundRegions> findRegions(const TargetMemory &memory, std::span<const MemoryMapping> maps) {
  FoundRegions found;
  std::uint64_t headerBytes = 0;
  for (const MemoryMapping &mapping : maps) {
    if (!mapping.isPrivateAnonymous() || !mapping.readable || !mapping.writable || mapping.executable)
      continue;
    if (mapping.range.size() < LP_REGION_FIXED_SIZE)
      continue;
    auto first = memory.read(mapping.range.start, LP_REGION_FIXED_SIZE);
    if (!first)
      continue;
    auto size = probeRegion(mapping.range.start, *first);
    if (!size) {
      if (auto foreign = probeForeignRegion(mapping.range.start, *first))
        found.foreign.push_back(std::move(*foreign));
      else if (isRegionHeader(mapping.range.start, *first))
        return damaged(mapping.range.start);
      continue;
    }
    headerBytes += *size;
    if (*size > mapping.range.size() || headerBytes > mostHeaderBytes)
      return damaged(mapping.range.start);
    LP_TRY_ASSIGN(RegionHeader header, readRegion(memory, mapping.range.start));
    found.regions.push_back(std::move(header));
  }
  return found;
}

} // namespace livepatch

#include "runtime/core/image_layout.h"

#include <algorithm>
#include <elf.h>
#include <fmt/format.h>

namespace livepatch {
namespace {

constexpr std::uint64_t userSpaceEnd = 0x7ffffffff000; // x86-64 with four-level page tables, the last page is barred
constexpr std::uint64_t lowestPlacement = 0x10000;     // sysctl vm.mmap_min_addr's usual value
constexpr std::uint64_t maximumPiece = std::uint64_t{256} << 20;
// The heap grows up and the stack grows down into free space next to them (setrlimit(2): RLIMIT_STACK is 8 MiB by
// default).
constexpr std::uint64_t heapSlack = std::uint64_t{64} << 20;
constexpr std::uint64_t stackSlack = std::uint64_t{16} << 20;

struct Gap {
  std::uint64_t start, end;
};

std::vector<Gap> freeGaps(std::span<const MemoryMapping> maps) {
  std::vector<Gap> gaps;
  std::uint64_t start = lowestPlacement;
  const auto add = [&](std::uint64_t end) {
    if (start < end)
      gaps.push_back({start, end});
  };
  for (const MemoryMapping &mapping : maps) {
    const bool stack = mapping.path == "[stack]";
    const std::uint64_t begin = mapping.range.start.value;
    if (begin >= userSpaceEnd)
      break; // [vsyscall]
    add(stack && begin > stackSlack ? begin - stackSlack : begin);
    start = std::max(start, mapping.range.end.value + (mapping.path == "[heap]" ? heapSlack : 0));
  }
  add(userSpaceEnd);
  return gaps;
}

} // namespace

Result<RegionLayout> layoutRegion(std::uint64_t headerBytes, std::uint64_t codeBytes, const ElfView &patch,
                                  bool withMark) {
  const std::uint64_t imageBytes = patch.endAddress().value;
  if (headerBytes > maximumPiece || codeBytes > maximumPiece || imageBytes > maximumPiece || imageBytes == 0)
    return error(Fault::Refused, fmt::format("cannot load the patch {}: it would need {} bytes", patch.name(),
                                             std::max({headerBytes, codeBytes, imageBytes})));
  RegionLayout layout;
  std::uint64_t next = pageSize; // the first guard
  const auto place = [&](std::uint64_t bytes, Protection protection) {
    const RegionPiece piece{next, roundUpToPage(bytes), protection};
    next += piece.size;
    return piece;
  };
  layout.header = place(headerBytes, Protection::ReadWrite);
  layout.mark = place(withMark ? 1 : 0, Protection::ReadWrite);
  layout.code = place(codeBytes, Protection::ReadExecute);
  // A patch's own alignment beyond a page (huge-page alignment of some linkers) serves no purpose here.
  layout.image = place(imageBytes, Protection::None);
  layout.size = next + pageSize; // the last guard
  return layout;
}

bool withinReach(const AddressRange &a, const AddressRange &b, std::uint64_t reach) {
  const std::uint64_t low = std::min(a.start.value, b.start.value), high = std::max(a.end.value, b.end.value);
  return high - low <= reach;
}

std::vector<RuntimeAddr> placementCandidates(std::span<const MemoryMapping> maps, AddressRange near, std::uint64_t size,
                                             std::uint64_t reach, std::size_t limit) {
  size = roundUpToPage(size);
  std::vector<std::uint64_t> starts;
  for (const Gap &gap : freeGaps(maps)) {
    if (gap.end - gap.start < size)
      continue;
    // Both ends of every gap, and a step inside: the ends are where the process itself may map next.
    const std::uint64_t last = (gap.end - size) & ~(pageSize - 1), first = roundUpToPage(gap.start);
    if (first > last)
      continue;
    const std::uint64_t step = std::uint64_t{1} << 20;
    for (const std::uint64_t start : {first, last})
      starts.push_back(start);
    if (last - first > 4 * step) {
      starts.push_back(first + step);
      starts.push_back(last - step);
      starts.push_back(first + 2 * step);
      starts.push_back(last - 2 * step);
    }
  }
  const auto inReach = [&](std::uint64_t start) { return withinReach({{start}, {start + size}}, near, reach); };
  std::erase_if(starts, [&](std::uint64_t start) { return !inReach(start); });
  // Below the module first: behind a program lies the room that brk(2) needs. Nearest first on either side.
  const auto key = [&](std::uint64_t start) {
    const bool above = start > near.start.value;
    return std::pair(above, above ? start - near.start.value : near.start.value - start);
  };
  std::sort(starts.begin(), starts.end(), [&](std::uint64_t a, std::uint64_t b) { return key(a) < key(b); });
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  if (starts.size() > limit)
    starts.resize(limit);
  std::vector<RuntimeAddr> candidates;
  for (const std::uint64_t start : starts)
    candidates.push_back({start});
  return candidates;
}

} // namespace livepatch

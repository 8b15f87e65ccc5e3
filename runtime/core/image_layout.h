// Where the parts of a patch region lie, and where in the target a region may be put.
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/elf_view.h"
#include "runtime/core/memory_maps.h"
#include "runtime/core/result.h"

#include <cstdint>
#include <span>
#include <vector>

namespace livepatch {

enum class Protection { None, Read, ReadWrite, ReadExecute };

struct RegionPiece {
  std::uint64_t offset = 0, size = 0; // whole pages, from the region's start
  Protection protection = Protection::None;
};

struct RegionLayout {
  std::uint64_t size = 0; // guards included
  RegionPiece header;     // ReadWrite
  RegionPiece mark;       // ReadWrite, empty in each child; no bytes where it is not needed
  RegionPiece code;       // ReadExecute: stubs, then agent
  RegionPiece image;      // the patch's link-time addresses [0, n); its own segments decide the protection
  [[nodiscard]] LoadBias biasAt(RuntimeAddr regionStart) const { return {regionStart.value + image.offset}; }
};

inline constexpr std::uint64_t pageSize = 4096; // x86-64 and the guard's size
[[nodiscard]] inline std::uint64_t roundUpToPage(std::uint64_t n) {
  return (n + pageSize - 1) & ~(pageSize - 1);
}

[[nodiscard]] Result<RegionLayout> layoutRegion(std::uint64_t headerBytes, std::uint64_t codeBytes,
                                                const ElfView &patch, bool withMark = false);

// Free places of `size` bytes from which `reach` bytes go to every byte of `near` and back, those below it first,
// nearest first, at most `limit`. To be tried with MAP_FIXED_NOREPLACE: the process runs on and may take them. Slack is
// kept to the stack (it grows) and the heap (brk). Empty: there is none.
[[nodiscard]] std::vector<RuntimeAddr> placementCandidates(std::span<const MemoryMapping> maps, AddressRange near,
                                                           std::uint64_t size, std::uint64_t reach,
                                                           std::size_t limit = 16);

// Whether every byte of `a` can reach every byte of `b`.
[[nodiscard]] bool withinReach(const AddressRange &a, const AddressRange &b, std::uint64_t reach);

} // namespace livepatch

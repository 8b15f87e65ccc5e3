// Does some memory hold an address of a patch? Asked before the patch's memory is given back.
//
// Pure and conservative: any bytes that could be such an address count, at every offset.
#pragma once

#include "runtime/core/memory_maps.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace livepatch {

class AddressSearch {
public:
  // `pointerGuard`: with what the C library hides code addresses in jmp_buf and its lists of handlers.
  AddressSearch(std::vector<AddressRange> ranges, std::uint64_t pointerGuard)
      : ranges_(std::move(ranges)), pointerGuard_(pointerGuard) {}

  // The offset of the first address that lies in one of the ranges. The upper 16 bits do not count: programs keep
  // marks there. Hidden addresses are looked for in the naturally aligned words (`bytes` begins with one).
  [[nodiscard]] std::optional<std::size_t> find(std::span<const std::uint8_t> bytes) const;

private:
  std::vector<AddressRange> ranges_;
  std::uint64_t pointerGuard_;
};

} // namespace livepatch

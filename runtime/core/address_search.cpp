#include "runtime/core/address_search.h"

#include <bit>
#include <cstring>

namespace livepatch {
namespace {

constexpr std::uint64_t addressBits = (std::uint64_t{1} << 48) - 1;
constexpr int guardRotation = 17; // glibc, sysdeps/x86_64/pointer_guard.h: xor, then rol $2*LP_SIZE+1

std::uint64_t wordAt(const std::uint8_t *bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

} // namespace

std::optional<std::size_t> AddressSearch::find(std::span<const std::uint8_t> bytes) const {
  std::optional<std::size_t> first;
  for (const AddressRange &range : ranges_) {
    const std::uint64_t start = range.start.value, size = range.size();
    const std::size_t end = first ? *first : bytes.size();
    for (std::size_t i = 0; i + sizeof(std::uint64_t) <= end; ++i) {
      const std::uint64_t word = wordAt(&bytes[i]);
      const bool hidden =
          i % sizeof word == 0 && (std::rotr(word, guardRotation) ^ pointerGuard_) - start < size && pointerGuard_ != 0;
      if ((word & addressBits) - start < size || hidden) {
        first = i;
        break;
      }
    }
  }
  return first;
}

} // namespace livepatch

// One number line for the addresses of several objects: the target, and the patches that are on in the process already.
//
// A decision compares and binds addresses, and adds offsets to them; whose they are matters only where a patch is read
// or written. So the target's link-time addresses stay as they are, and those of the n-th parent are moved by n times
// a distance that no user-space address reaches (47 bits on x86-64; the other architectures have 48).
#pragma once

#include "runtime/core/address.h"

#include <cstddef>
#include <cstdint>

namespace livepatch {

inline constexpr unsigned objectShift = 48;
inline constexpr std::size_t maximumParents = 250;

struct ObjectAddress {
  std::size_t object = 0; // 0: the target, n: the n-th parent
  LinkAddr address;       // in that object
};

[[nodiscard]] constexpr LinkAddr inSpace(std::size_t object, LinkAddr address) {
  return {address.value + (static_cast<std::uint64_t>(object) << objectShift)};
}

[[nodiscard]] constexpr ObjectAddress fromSpace(LinkAddr address) {
  return {static_cast<std::size_t>(address.value >> objectShift),
          {address.value & ((std::uint64_t{1} << objectShift) - 1)}};
}

} // namespace livepatch

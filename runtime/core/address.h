// Kinds of address are types: a place in a file as the linker numbered it is not a place in a running process.
#pragma once

#include <compare>
#include <cstdint>

namespace livepatch {

// An address as the static linker assigned it (st_value, p_vaddr). Meaningless in a process without its load bias.
struct LinkAddr {
  std::uint64_t value = 0;
  auto operator<=>(const LinkAddr &) const = default;
};

// An address in the target process.
struct RuntimeAddr {
  std::uint64_t value = 0;
  auto operator<=>(const RuntimeAddr &) const = default;
};

inline RuntimeAddr operator+(RuntimeAddr a, std::uint64_t bytes) {
  return {a.value + bytes};
}
inline LinkAddr operator+(LinkAddr a, std::uint64_t bytes) {
  return {a.value + bytes};
}
inline std::int64_t operator-(RuntimeAddr a, RuntimeAddr b) {
  return static_cast<std::int64_t>(a.value - b.value);
}

// What the loader added to every link-time address of one object. 0 for a non-PIE executable.
struct LoadBias {
  std::uint64_t value = 0;
};
inline RuntimeAddr operator+(LoadBias bias, LinkAddr a) {
  return {bias.value + a.value};
}

} // namespace livepatch

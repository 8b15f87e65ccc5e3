// The text of /proc/PID/maps as values (proc(5)).
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

// [start, end)
struct AddressRange {
  RuntimeAddr start, end;
  [[nodiscard]] std::uint64_t size() const { return end.value - start.value; }
  [[nodiscard]] bool contains(RuntimeAddr at) const { return start <= at && at < end; }
  [[nodiscard]] bool contains(RuntimeAddr at, std::uint64_t bytes) const {
    return contains(at) && bytes <= end.value - at.value;
  }
  [[nodiscard]] bool overlaps(const AddressRange &other) const { return start < other.end && other.start < end; }
  bool operator==(const AddressRange &) const = default;
};

struct MemoryMapping {
  AddressRange range;
  bool readable = false, writable = false, executable = false, shared = false;
  std::uint64_t offset = 0, inode = 0;
  std::string device; // "fd:01"
  std::string path;   // as the kernel prints it: a file, "[heap]", "[anon:NAME]" or empty; " (deleted)" taken off
  bool deleted = false;

  // Not file-backed, not shared, nothing special: where patch regions may be.
  [[nodiscard]] bool isPrivateAnonymous() const { return !shared && inode == 0 && (path.empty() || path[0] == '['); }
};

// Sorted by address, as the kernel gives them. A line that is none is an Error that names it.
[[nodiscard]] Result<std::vector<MemoryMapping>> parseMemoryMaps(std::string_view text);

// The mapping that holds `at`, or null.
[[nodiscard]] const MemoryMapping *mappingAt(std::span<const MemoryMapping> maps, RuntimeAddr at);

// Whether every byte of [at, at+size) is mapped (and writable, where asked for).
enum class Access { Any, Writable };
[[nodiscard]] bool covers(std::span<const MemoryMapping> maps, RuntimeAddr at, std::uint64_t size, Access access);

} // namespace livepatch

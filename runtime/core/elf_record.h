// Reading a fixed-size ELF structure out of bytes that may end anywhere and lie at any alignment.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

namespace livepatch {

// Record number `index` of a table that begins at `offset`; nullopt where it does not fit into `bytes`.
template <typename Record>
[[nodiscard]] std::optional<Record> recordAt(std::span<const std::uint8_t> bytes, std::uint64_t offset,
                                             std::uint64_t index = 0) {
  static_assert(std::is_trivially_copyable_v<Record>);
  if (offset > bytes.size() || index >= (bytes.size() - offset) / sizeof(Record))
    return std::nullopt;
  Record record;
  std::memcpy(&record, bytes.data() + offset + index * sizeof(Record), sizeof record);
  return record;
}

} // namespace livepatch

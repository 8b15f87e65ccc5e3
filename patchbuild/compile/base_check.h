// Whether a unit compiled again from the base sources is the unit that the target was linked from. Pure.
#pragma once

#include "runtime/core/map.h"

#include <string>
#include <vector>

namespace livepatch {

struct BaseDifference {
  std::string kind;  // "function", "variable", "alias", "type", "flags"
  std::string name;  // of a flag difference: the unit's source
  std::string place; // "a.h:12"; may be empty
  std::string what;  // "its code differs", "it is not in the sources"
  bool operator==(const BaseDifference &) const = default;
};

struct BaseSide {
  const MapUnit &unit;
  const RecordTable &records;
};

// What differs, or what only one side has; sorted by kind and name.
[[nodiscard]] std::vector<BaseDifference> baseDifferences(const BaseSide &recorded, const BaseSide &again);

// "function f at a.h:12 (its code differs)"
[[nodiscard]] std::string describe(const BaseDifference &difference);

} // namespace livepatch

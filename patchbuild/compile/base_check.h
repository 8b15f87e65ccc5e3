// Whether a unit compiled again from the base sources is the unit that the target was linked from. Pure.
#pragma once

#include "runtime/core/map.h"

#include <string>
#include <vector>

namespace livepatch {

// Names of the functions and variables whose fingerprints differ, or which only one side has; sorted.
[[nodiscard]] std::vector<std::string> baseDifferences(const MapUnit& recorded, const MapUnit& again);

} // namespace livepatch

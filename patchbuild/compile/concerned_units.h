// Which units does a change of sources concern?
#pragma once

#include "patchbuild/source/change.h"
#include "patchbuild/source/tree.h"
#include "runtime/core/map.h"

#include <cstddef>
#include <set>

namespace livepatch {

// The units of `map` that read one of the change's files, by index. Symbolic links are followed where files exist.
[[nodiscard]] std::set<std::size_t> concernedUnits(const Map &map, const SourceChange &change, const BaseTree &tree);

} // namespace livepatch

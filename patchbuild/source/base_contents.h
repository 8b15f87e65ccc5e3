// Whether the base texts are what the target was compiled from, by the hashes in its map. Costs no compile.
#pragma once

#include "patchbuild/source/change.h"
#include "patchbuild/source/tree.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

// A file whose base text has another hash than a unit of the target recorded. That alone proves no other code: with a
// compiler cache an edited comment leaves the old object in place.
struct OtherText {
  std::string path;            // on this machine
  std::set<std::size_t> units; // those that recorded another hash, by index in the map
};

// The base text of a changed file is the change's old text; of any other, what the new revision has, or the disk. Files
// that are no longer there are left out: who needs them will say so. Sorted by path.
[[nodiscard]] std::vector<OtherText> otherTexts(const Map &map, const BaseTree &tree, const SourceChange &change);

// As in the map (docs/formats.md): XXH64 with seed 0, in 16 hexadecimal digits.
[[nodiscard]] std::string sourceHash(std::string_view text);

} // namespace livepatch

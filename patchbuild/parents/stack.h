// The target as it runs with some patches on: its map and its image, with what the patches have brought laid over them.
//
// A decision that takes this for the target builds a patch on top of those. Pure.
#pragma once

#include "patchbuild/parents/parent_patch.h"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace livepatch {

// Refused or Mismatch where the patches do not belong together, or not to this target.
[[nodiscard]] Result<void> checkParents(const Map &target, const std::vector<ParentPatch> &parents);

// Lays the parents' units over the map's, in the order given. Units that the target was built without are appended:
// they have no command. Returns the units of the target that a parent has changed.
[[nodiscard]] Result<std::set<std::size_t>> layOver(Map &map, const std::string &recordedRoot,
                                                    const std::vector<ParentPatch> &parents);

// Of each parent, the entries that it redirects: in the target, or in a parent below it.
[[nodiscard]] Result<std::vector<std::set<LinkAddr>>> redirectedEntries(const std::vector<ParentPatch> &parents);

// The same for initial data: the parents' own, and what they wrote into the target's.
[[nodiscard]] Result<void> layOver(TargetImage &image, const std::vector<ParentPatch> &parents);

} // namespace livepatch

// Objects and addresses as a parent patch writes them, and what they are in a stack of patches.
#pragma once

#include "patchbuild/parents/parent_patch.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace livepatch {

// A number of an object in a parent's own files, 0 its target and n its n-th parent, as one of this stack's.
[[nodiscard]] Result<std::size_t> objectHere(const std::vector<ParentPatch> &parents, std::size_t patch,
                                             std::size_t object);

// What a file says is an address of its object may be any number; one that reaches out of its object's space would be
// taken for another object's.
[[nodiscard]] Result<LinkAddr> checkedInSpace(const ParentPatch &patch, std::size_t object, std::uint64_t address);

} // namespace livepatch

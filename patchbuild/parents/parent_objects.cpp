#include "patchbuild/parents/parent_objects.h"

#include "patchbuild/parents/object_space.h"

#include <fmt/format.h>

namespace livepatch {

Result<std::size_t> objectHere(const std::vector<ParentPatch> &parents, std::size_t patch, std::size_t object) {
  if (object == 0)
    return object;
  const std::vector<ManifestParent> &own = parents[patch].manifest.parents;
  if (object <= own.size())
    for (std::size_t i = 0; i < patch; ++i)
      if (parents[i].identity == own[object - 1].identity)
        return i + 1;
  return error(Fault::Format,
               fmt::format("{}.so refers to a patch that it does not name", parents[patch].manifest.name),
               "build it again");
}

Result<LinkAddr> checkedInSpace(const ParentPatch &patch, std::size_t object, std::uint64_t address) {
  if (address >> objectShift)
    return error(Fault::Format,
                 fmt::format("{} has the address {:#x}, which no object has", patch.manifest.name, address),
                 "build that patch again");
  return inSpace(object, {address});
}

} // namespace livepatch

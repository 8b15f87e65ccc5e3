#include "patchbuild/parents/stack.h"

#include "patchbuild/parents/object_space.h"
#include "patchbuild/parents/parent_objects.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {

namespace {

bool builtOn(const ParentPatch &patch, const ParentPatch &below) {
  return std::any_of(patch.manifest.parents.begin(), patch.manifest.parents.end(),
                     [&](const ManifestParent &parent) { return parent.identity == below.identity; });
}

} // namespace

Result<void> checkParents(const Map &target, const std::vector<ParentPatch> &parents) {
  if (parents.size() > maximumParents)
    return error(Fault::Usage, fmt::format("{} patches below one are too many", parents.size()));
  for (std::size_t i = 0; i < parents.size(); ++i) {
    const Manifest &manifest = parents[i].manifest;
    if (manifest.targets.size() != 1 || manifest.targets.front().buildId != target.object.buildId)
      return error(Fault::Mismatch,
                   fmt::format("the patch {} is for {} with build-id {}, the target's is {}", manifest.name,
                               manifest.targets.front().name, manifest.targets.front().buildId, target.object.buildId),
                   "name patches that were made for this very build");
    for (const ManifestParent &needed : manifest.parents)
      if (std::none_of(parents.begin(), parents.begin() + static_cast<std::ptrdiff_t>(i),
                       [&](const ParentPatch &other) { return other.identity == needed.identity; }))
        return error(Fault::Usage, fmt::format("the patch {} was built on {}", manifest.name, needed.name),
                     fmt::format("name that one as well, before it: --on {} --on {}", needed.name, manifest.name));
    // Of two that were built apart, neither compile has what the other one brought.
    for (std::size_t j = 0; j < i; ++j) {
      if (parents[j].identity == parents[i].identity)
        return error(Fault::Usage, fmt::format("the patch {} is named twice", manifest.name));
      if (builtOn(parents[i], parents[j]))
        continue;
      for (const MapUnit &unit : parents[i].map.units)
        for (const MapUnit &other : parents[j].map.units)
          if (unit.source == other.source)
            return error(Fault::Refused,
                         fmt::format("the patches {} and {} both change {}, and neither was built on the other",
                                     parents[j].manifest.name, manifest.name, unit.source),
                         "build one patch from the target's own sources to the newest ones, without --on");
    }
  }
  return {};
}

Result<std::vector<std::set<LinkAddr>>> redirectedEntries(const std::vector<ParentPatch> &parents) {
  std::vector<std::set<LinkAddr>> entries(parents.size());
  for (std::size_t patch = 0; patch < parents.size(); ++patch)
    for (const ManifestRedirect &redirect : parents[patch].manifest.redirects) {
      LP_TRY_ASSIGN(const std::size_t object, objectHere(parents, patch, redirect.object));
      entries[patch].insert(inSpace(object, redirect.address));
    }
  return entries;
}

} // namespace livepatch

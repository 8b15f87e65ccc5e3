// A cumulative patch takes the place of earlier ones in one step: which ones those are, and what is to become of the
// functions that only they have changed.
//
// Pure. The step itself is the commit of the new patch (runtime/arch/x86_64/agent.S).
#pragma once

#include "runtime/core/patch_stack.h"
#include "runtime/core/write_plan.h"

#include <span>
#include <string>
#include <vector>

namespace livepatch {

// The applied patches of the objects that a patch is for, newest first, and with them those that were built on them.
// Refused: one of them also changes an object that the patch is not for, or the patch needs one of them.
[[nodiscard]] Result<std::vector<RegionHeader>> replacedPatches(const PatchStack &stack, const std::string &name,
                                                                const ContentHash &identity,
                                                                std::span<const AddressRange> objects,
                                                                const std::vector<ManifestParent> &parents);

// Adds a redirect back to the program's own body for each function that a replaced patch has changed and the new one
// does not: so that the new patch's one byte switches these, too. A function that an earlier patch has brought along
// stays as it is now: whoever still has its address goes on with it.
[[nodiscard]] Result<void> addWaysBack(WritePlan &plan, const PlanInput &input,
                                       const std::vector<RegionHeader> &replaced);

// Whether a region that is there already, switched off, can be switched on again. To take the place of these patches it
// has to have a stub for each of their functions, to lie above them, and to have room for them in its list. Otherwise
// the ways back that it has from an earlier time must not hide what another patch has changed meanwhile.
[[nodiscard]] bool canReuse(const PatchStack &stack, const RegionHeader &region,
                            const std::vector<RegionHeader> &replaced);

} // namespace livepatch

// What debuggers see of the patches in a process: each applied one is an object of its own in the list by which the
// dynamic loader tells them what is loaded, with the path of the patch's file, where symbols and lines are.
//
// The list is link.h's chain of r_debug_extended (glibc 2.35), one record for each namespace. Only debuggers follow
// it, and the loader to append to it; a record of ours never gets into the lists that it looks up symbols in. The
// record lies in the region's header pages, so it has to leave the chain before they go.
#pragma once

#include "runtime/core/region_header.h"
#include "runtime/core/result.h"
#include "runtime/patcher/patch_files.h"
#include "runtime/patcher/target_session.h"

#include <cstdint>
#include <string>

namespace livepatch {

// Bytes that a region's header pages need besides the header, for a patch whose file has this path.
[[nodiscard]] std::uint64_t debuggerRecordBytes(const std::string &path);

// Makes the chain what is applied now: records of other regions leave it. `patch` is the one that was just applied (its
// file may have moved since it was applied before), or null.
[[nodiscard]] Result<void> showAppliedPatches(TargetSession &session, const PatchFiles *patch);

// Takes the region's record out of the chain, wherever that leads in between. Without it the region must not be
// unmapped: the loader would follow the chain into nothing at the next dlmopen.
[[nodiscard]] Result<void> hideFromDebuggers(const TargetSession &session, const RegionHeader &region);

} // namespace livepatch

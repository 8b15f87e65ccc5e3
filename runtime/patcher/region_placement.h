// Maps a patch region into the target and fills it: code that nothing leads to yet.
#pragma once

#include "runtime/core/region_image.h"
#include "runtime/core/result.h"
#include "runtime/patcher/preparation.h"
#include "runtime/patcher/target_session.h"

namespace livepatch {

// Maps, fills and protects. No page is ever writable and executable: executable pieces are mapped so from the start and
// filled from outside. The header's magic is written after the rest of it, so a region that can be found can also be
// understood. On failure everything is unmapped again.
[[nodiscard]] Result<RegionImage> placeRegion(TargetSession &session, Preparation &preparation);

// Unmaps a region to which no entry leads any more, as soon as no thread is inside. False: somebody stayed; it is left,
// marked as abandoned, and a later call may find it free.
[[nodiscard]] Result<bool> removeRegion(TargetSession &session, const RegionHeader &region);

} // namespace livepatch

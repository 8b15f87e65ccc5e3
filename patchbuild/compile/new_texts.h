// The scratch copies that a compile sees in place of the base tree's files, and the overlays that show them.
#pragma once

#include "patchbuild/source/change.h"
#include "patchbuild/source/tree.h"
#include "runtime/core/result.h"

#include <string>
#include <vector>

namespace livepatch {

enum class TextVersion {
  Old,        // the base's texts, where the working tree no longer has them
  New,        // the new texts as they are
  NewAligned, // the new texts with #line directives, so that unchanged lines keep their numbers
};

// Writes copies and overlays into `scratch`, a folder of this call's own; returns the overlays, lower ones first.
[[nodiscard]] Result<std::vector<std::string>> writeOverlays(const BaseTree &tree, const SourceChange &change,
                                                             TextVersion version, const std::string &scratch);

} // namespace livepatch

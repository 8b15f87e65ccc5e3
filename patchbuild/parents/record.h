// What a patch tells about itself for those that are built on top of it: the map of its units as they are then, in the
// section `.debug_livepatch` of NAME.so (docs/formats.md, section 9).
//
// A linked program's map gives an address to what the linker kept. Here everything of the unit has one, in this patch
// or where it has been all the time, so that the next patch binds to the one that counts.
#pragma once

#include "patchbuild/decide/verdict.h"
#include "runtime/core/map.h"

#include <string>

namespace livepatch {

// Assembly text of the section. `root`: the recorded source root, which is left out of all paths.
[[nodiscard]] std::string recordSource(const PatchPlan &plan, const std::string &root);

// A place as the record has it, and back: "/src/redis/acl.c:7" below the root is "@/acl.c:7".
[[nodiscard]] std::string withoutRoot(const std::string &place, const std::string &root);
[[nodiscard]] std::string withRoot(const std::string &place, const std::string &root);

} // namespace livepatch

// Which code nobody may be inside when a patch is switched, and which code is old.
#pragma once

#include "runtime/core/activeness.h"
#include "runtime/core/patch_stack.h"

#include <string>
#include <vector>

namespace livepatch {

struct WatchList {
  std::vector<WatchedFunction> functions;
  std::vector<AddressRange> stubs;
};

// For each function of `region`: every version but the one that runs after the switch. `region` need not be in the
// stack yet.
[[nodiscard]] WatchList replacedCode(const PatchStack &stack, const RegionHeader &region);

// Every version of every patched function that does not run any more for new calls. The names carry the patch: "f (of
// fix-1)".
struct OldVersion {
  std::string function, patch; // patch empty: the program's own
};
struct OldCode {
  std::vector<WatchedFunction> functions;
  std::vector<OldVersion> versions; // of functions[i]
};
[[nodiscard]] OldCode oldCode(const PatchStack &stack);

} // namespace livepatch

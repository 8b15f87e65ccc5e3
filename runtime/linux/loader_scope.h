// In which order the dynamic loader looks up the symbols that one object refers to: its own answer, read from the
// target.
//
// For what the program was started with that is the executable, preloaded libraries, the rest breadth first, and what
// was added with RTLD_GLOBAL. A library loaded with RTLD_LOCAL has its own lists besides; DT_SYMBOLIC and RTLD_DEEPBIND
// put them in front.
#pragma once

#include "runtime/linux/modules.h"
#include "runtime/linux/target_memory.h"

#include <vector>

namespace livepatch {

// Indices in `list.modules`, each once, for the objects of `users` one after the other. Where the loader's own lists
// cannot be read (not glibc, a static program), all objects in the order in which they were loaded.
[[nodiscard]] std::vector<std::size_t> lookupOrder(const ModuleList &list, const TargetMemory &memory,
                                                   const std::vector<std::size_t> &users);

} // namespace livepatch

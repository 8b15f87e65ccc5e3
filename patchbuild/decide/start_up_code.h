// Functions of the target that run only while the program starts: main and constructors call them, once at most.
#pragma once

#include "patchbuild/decide/base_index.h"

#include <set>

namespace livepatch {

// All callers of each lead to main or to a constructor, by calls that stand in front of any loop. Nobody holds the
// address of one, and none can be called from another object.
[[nodiscard]] std::set<const MapFunction *> startUpOnly(const BaseIndex &index, const std::set<std::string> &exported);

} // namespace livepatch

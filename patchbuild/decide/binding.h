// Names: what each definition is called in the patch, and to what each reference of the patch's code binds.
#pragma once

#include "patchbuild/decide/deciding.h"
#include "patchbuild/decide/initialisers.h"

#include <vector>

namespace livepatch {

// Writes the plan's orders, functions, data and symbols from what selection.cpp has marked.
void bindPatch(Deciding &deciding, const std::vector<InitialiserChange> &initialisers);

} // namespace livepatch

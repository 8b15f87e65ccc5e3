// What the patch holds: every changed function, and whatever new these and the new data refer to.
#pragma once

#include "patchbuild/decide/deciding.h"
#include "patchbuild/decide/initialisers.h"

#include <set>
#include <string>
#include <vector>

namespace livepatch {

// Marks functions and variables of the comparison as inPatch and chooses each function's action. Refuses new
// variables that must not be, and names that nobody defines.
void selectDefinitions(Deciding &deciding, const std::vector<InitialiserChange> &initialisers);

// Initialises variables of C++ before main, and is not in the source.
[[nodiscard]] bool isStartUpCode(const MapFunction &function);

} // namespace livepatch

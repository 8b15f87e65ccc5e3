// Variables under a new name: the same one where its type, initialiser and users say so beyond doubt.
#pragma once

#include "patchbuild/decide/comparison.h"

namespace livepatch {

void pairRenamedVariables(const BaseIndex &index, Comparison &comparison);

} // namespace livepatch

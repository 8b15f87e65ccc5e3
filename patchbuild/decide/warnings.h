// What a patch does not reach although it is safe: code that has run already, values that are stored already.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

void addWarnings(Deciding &deciding);

} // namespace livepatch

// Assembly has no fingerprints: a change in it is seen as text, and refused where it may be the target's.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

void checkAssembly(Deciding &deciding);

} // namespace livepatch

// Names that stand for another thing than in the running program, in code that is otherwise the same.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

// A fingerprint says which names code uses, not which of several things of a name: a static one of its own in front of
// another unit's, the program's own in front of a library's. Such functions go into the patch although their code is
// the same; units that no changed file concerns are asked for. Refuses what the loader alone can bind anew.
void replaceUsersOfReboundNames(Deciding &deciding);

} // namespace livepatch

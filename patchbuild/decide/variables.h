// Rules for the program's variables: what must not change under a running program.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

// Size, type, storage and kind of every variable that both sides have; C++ dispatch tables.
void checkVariables(Deciding &deciding);

// Of a variable that the patch is about to bring along: is it really a new one? Refuses thread-locals, dynamic
// initialisers, and what may be an old variable in a new place.
void checkNewVariable(Deciding &deciding, const ComparedUnit &unit, const ComparedVariable &variable);

// A use of a variable that could be any of several old ones.
void refuseAmbiguous(Deciding &deciding, const ComparedVariable &variable);

} // namespace livepatch

// Classes of one name in one function (C++).
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

// The compiler tells them apart by numbers, in the order in which it meets them, and objects of theirs live. Refuses
// where a number may lead to another class than in the running program.
void checkLocalClasses(Deciding &deciding);

} // namespace livepatch

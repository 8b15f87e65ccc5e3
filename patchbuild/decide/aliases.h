// Second names of functions and variables.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

// Refuses a name that becomes an alias, stops being one, or becomes one of something else: in the running program it
// stands for an address that other code has by other names, too.
void checkAliases(Deciding &deciding);

} // namespace livepatch

// Kinds of instrumentation that a patch cannot join: their runtime learns of a module's globals or counters when the
// program starts, and the compiler makes them up behind the plugin's back.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

// Refuses a change of functions in units that are instrumented so. True: there is nothing more to decide.
bool refuseInstrumented(Deciding &deciding);

} // namespace livepatch

// Calls within an earlier patch that a redirect of the target's entry does not reach.
//
// Where a patch replaces both a function and its caller in one unit, the caller's new code calls the function's new
// code directly. A later patch that replaces the function again has to bring the caller along.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

void replaceDirectCallers(Deciding &deciding);

} // namespace livepatch

// Variables that the program finds by the section they stand in, from `__start_<section>` to `__stop_<section>`.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

// Refuses an element that comes, goes, or is a constant with another value: the running program walks its own section,
// and names none of the elements.
void checkLinkerSets(Deciding &deciding);

} // namespace livepatch

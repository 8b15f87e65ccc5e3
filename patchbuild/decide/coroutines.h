// C++20 coroutines: a function whose frame outlives its call.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

// "f.resume", "f.destroy", "f.cleanup": what the compiler made of the body of the coroutine `f`. A suspended coroutine
// leads there through its frame, whose layout and suspension points nobody recorded.
[[nodiscard]] bool isCoroutinePart(const MapFunction &function);

// Suspended coroutines finish on the old parts, as frames on a stack do. So the parts are never redirected, and who
// creates coroutines, with the addresses of the parts in it, belongs into the patch.
void replaceCreatorsOfCoroutines(Deciding &deciding);

} // namespace livepatch

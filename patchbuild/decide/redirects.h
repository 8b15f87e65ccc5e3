// Which old entries lead to new code (design: the redirect policy).
//
// A redirect reaches every caller, also one that was entered before the patch and still runs. So it is right only
// where the new function takes what the old one took; and it is needed only where somebody outside the patch calls.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

// Redirected or BoundInside for a function that the target has and the patch replaces. Refuses an interface that
// escapes, and an entry that cannot be redirected.
[[nodiscard]] FunctionAction chooseAction(Deciding &deciding, const ComparedFunction &function);

// A function with a new interface is bound inside the patch. Who calls it with the same machine code as before (the
// optimiser saw that the new parameter is always 2.5, say) has to come along all the same, to call the new one.
void replaceCallersOfNewSignatures(Deciding &deciding);

} // namespace livepatch

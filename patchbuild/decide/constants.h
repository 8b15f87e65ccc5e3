// Constants that change: read-only data is never written, its users are replaced instead.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

// Marks each changed constant and whatever constant data points at one as replaced, and each function that refers to
// one as belonging to the patch. Units outside the comparison that use one become needed; one that other objects can
// see is refused.
void replaceConstants(Deciding &deciding);

// The unit's variable of that name is a constant that the patch brings itself; so may be one of another unit.
[[nodiscard]] const ComparedVariable *replacedConstant(const Deciding &deciding, const ComparedUnit &unit,
                                                       const std::string &name);

} // namespace livepatch

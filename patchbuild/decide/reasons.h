// Why a function's machine code differs, as far as it can be told from fingerprints and references.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

// "body", "inlined-callee X (via Y)", "callee-properties X", "uses-constant X",
// "inline-flip X", "convention X", "code"; never empty for a
// changed function, empty for a new one.
[[nodiscard]] std::vector<std::string> reasonsFor(const Deciding &deciding, const ComparedUnit &unit,
                                                  const ComparedFunction &function);

} // namespace livepatch

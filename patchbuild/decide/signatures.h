// When is a function's interface still the old one?
#pragma once

#include "patchbuild/decide/deciding.h"
#include "patchbuild/decide/type_texts.h"

namespace livepatch {

// The old entry may lead to the new body: same calling convention after optimisation, and the same declared type.
[[nodiscard]] bool sameSignature(const MapFunction &old, const MapFunction &now);

} // namespace livepatch

// The extraction order of one unit as livepatch-extract reads it (docs/formats.md, section 4).
#pragma once

#include "patchbuild/decide/verdict.h"

#include <string>

namespace livepatch {

[[nodiscard]] std::string printOrder(const UnitOrder &order);

} // namespace livepatch

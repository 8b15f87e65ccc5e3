// The type of a lambda as people read it.
#pragma once

#include "runtime/core/map.h"

#include <string>

namespace livepatch {

// "f(int)::{lambda(int)#1}"; empty for a lambda whose type has no name.
[[nodiscard]] std::string lambdaTypeText(const MapLambda &lambda);

} // namespace livepatch

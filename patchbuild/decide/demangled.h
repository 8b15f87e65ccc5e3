// C++ names as people read them.
#pragma once

#include "runtime/core/map.h"

#include <string>

namespace livepatch {

// The name itself where it is not a mangled one.
[[nodiscard]] std::string demangled(const std::string &name);

// "f(int)::{lambda(int)#1}"; empty for a lambda whose type has no name.
[[nodiscard]] std::string lambdaTypeText(const MapLambda &lambda);

} // namespace livepatch

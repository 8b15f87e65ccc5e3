// C++ symbols as declarations.
#pragma once

#include <string>

namespace livepatch {

// "A::get() const" of "_ZNK1A3getEv"; the name itself where it is not a mangled one.
[[nodiscard]] std::string demangled(const std::string &name);

} // namespace livepatch

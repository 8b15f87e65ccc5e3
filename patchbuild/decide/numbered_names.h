// Names in which the compiler has put numbers of its own.
#pragma once

#include <string>
#include <string_view>

namespace livepatch {

// "f.cold.1" -> "f.cold", "_ZZ1fvENK3$_1clEv" -> "_ZZ1fvENK$_clEv": the length in front of "$_" changes with the
// number.
[[nodiscard]] std::string withoutNumbers(std::string_view name);

// "f.cold", "f.part.2", "OUTLINED_FUNCTION_3": a piece of a function that the compiler has put elsewhere.
[[nodiscard]] bool isPartName(std::string_view name);

} // namespace livepatch

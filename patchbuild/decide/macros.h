// Constants that are macros leave no trace in the compiled code but their values: they are compared as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

struct RenumberedMacro {
  std::string name, oldValue, newValue;
  std::size_t line = 0; // in the new text, 1-based
};

// Macros without parameters that both texts define once, as a number, and not as the same one.
[[nodiscard]] std::vector<RenumberedMacro> renumberedMacros(std::string_view oldText, std::string_view newText);

} // namespace livepatch

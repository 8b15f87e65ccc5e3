// C++ symbols as people write them.
#pragma once

#include <string>
#include <string_view>

namespace livepatch {

// The text with each mangled C++ symbol in it replaced by its declaration: "work.cc:_ZN1A3getEv" becomes
// "work.cc:A::get()". What is no valid symbol stays as it is. For reports that people read; programs get the symbols.
[[nodiscard]] std::string readableNames(std::string_view text);

} // namespace livepatch

// What a compiler said, cut down to what a message has room for. Pure.
#pragma once

#include <string>
#include <string_view>

namespace livepatch {

// The first few errors, one a line; the whole beginning of the text where no line looks like an error.
[[nodiscard]] std::string firstErrors(std::string_view diagnostics);

} // namespace livepatch

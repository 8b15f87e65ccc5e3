// A text as lines that still carry their own ends ("\n", "\r\n", or nothing at the end of the file).
#pragma once

#include <string_view>
#include <vector>

namespace livepatch {

[[nodiscard]] std::vector<std::string_view> splitLines(std::string_view text);

// The line without its end.
[[nodiscard]] std::string_view lineBody(std::string_view line);

} // namespace livepatch

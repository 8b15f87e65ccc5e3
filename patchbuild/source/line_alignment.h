// `#line` directives that give unchanged lines of a new text the numbers they had in the old one.
//
// Without them a line inserted at the top of a file "changes" every function below that uses __LINE__, assert() or a
// logging macro. Pure.
#pragma once

#include "patchbuild/source/line_hunks.h"

#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

// The new text with directives behind the hunks. A directive stands only where the compiler takes it for one: not in
// comments, literals, continued lines or a macro's arguments; there it waits for the next line that is safe. A text
// that has #line directives of its own is returned as it is.
[[nodiscard]] std::string alignLines(std::string_view newText, const std::vector<LineHunk> &hunks);

} // namespace livepatch

// Line numbers as the author of the change sees them.
#pragma once

#include "patchbuild/decide/verdict.h"
#include "patchbuild/source/change.h"
#include "patchbuild/source/line_hunks.h"

#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

// The compiler was given numbers under which unchanged lines keep their old ones (source/line_alignment.h). Puts those
// of the new files into the places of a verdict's new definitions. `scratch` is a folder that may be written to.
[[nodiscard]] Result<void> showAuthorsLines(Verdict &verdict, const SourceChange &change, const std::string &scratch);

// The number in the new text of the line that was compiled as `number` (both from 1). New lines may share a number with
// the lines behind them: then the one that holds `name`, or one of the names that a mangled one is made of.
[[nodiscard]] std::size_t authorsLine(const std::vector<std::string_view> &newLines, const std::vector<LineHunk> &hunks,
                                      std::size_t number, std::string_view name);

} // namespace livepatch

// Which lines differ between two texts: git's diff, taken apart.
#pragma once

#include "runtime/core/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

// Old lines [oldBegin, oldEnd) became new lines [newBegin, newEnd), counted from 0.
struct LineHunk {
  std::size_t oldBegin = 0, oldEnd = 0, newBegin = 0, newEnd = 0;
  bool operator==(const LineHunk &) const = default;
};

// Hunks of a `diff -U0` text, in order. Pure.
[[nodiscard]] Result<std::vector<LineHunk>> parseHunks(std::string_view diff);

// Runs `git diff --no-index` over two copies in `scratch`, a folder that this call may write to.
[[nodiscard]] Result<std::vector<LineHunk>> diffLines(std::string_view oldText, std::string_view newText,
                                                      const std::string &scratch);

} // namespace livepatch

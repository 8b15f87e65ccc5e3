// Where the lines of the changed files have gone: a number in a fresh build that is another one only because its line
// moved (`__LINE__`, assert) is no change. Patches keep the old numbers (source/line_alignment.h).
#pragma once

#include "patchbuild/source/line_hunks.h"

#include <cstdint>
#include <vector>

namespace livepatch {

class LineMoves {
public:
  LineMoves() = default;
  explicit LineMoves(std::vector<LineHunk> hunks) : hunks_(std::move(hunks)) {}
  // Line `before` of the old text, counted from 1, is line `after` of the new text, and is not the same number.
  [[nodiscard]] bool moved(std::uint64_t before, std::uint64_t after) const;

private:
  std::vector<LineHunk> hunks_;
};

} // namespace livepatch

#include "patchbuild/verify/line_moves.h"

namespace livepatch {

bool LineMoves::moved(std::uint64_t before, std::uint64_t after) const {
  if (before == 0 || before == after)
    return false;
  const std::uint64_t line = before - 1;
  std::uint64_t shifted = line;
  for (const LineHunk &hunk : hunks_) {
    if (line < hunk.oldBegin)
      break;
    // A line of the hunk itself: where it went, a diff says only if each has become one other.
    if (line < hunk.oldEnd) {
      if (hunk.oldEnd - hunk.oldBegin == hunk.newEnd - hunk.newBegin)
        return line - hunk.oldBegin + hunk.newBegin + 1 == after;
      return after > hunk.newBegin && after <= hunk.newEnd;
    }
    shifted = line - hunk.oldEnd + hunk.newEnd;
  }
  return shifted + 1 == after;
}

} // namespace livepatch

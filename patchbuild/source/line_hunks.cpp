#include "patchbuild/source/line_hunks.h"

#include "patchbuild/compile/program.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/source/lines.h"

#include <fmt/format.h>

#include <charconv>

namespace livepatch {
namespace {

bool take(std::string_view &text, std::string_view expected) {
  if (!text.starts_with(expected))
    return false;
  text.remove_prefix(expected.size());
  return true;
}

bool takeNumber(std::string_view &text, std::size_t &value) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc())
    return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

// "a" or "a,n". With n = 0 the position is the line *before* which nothing is, as diff writes it: after line a.
bool takeRange(std::string_view &text, std::size_t &begin, std::size_t &end) {
  std::size_t first = 0, count = 1;
  if (!takeNumber(text, first))
    return false;
  if (take(text, ",") && !takeNumber(text, count))
    return false;
  if (count > 0 && first == 0)
    return false;
  begin = count == 0 ? first : first - 1;
  end = begin + count;
  return true;
}

} // namespace

Result<std::vector<LineHunk>> parseHunks(std::string_view diff) {
  std::vector<LineHunk> hunks;
  for (std::string_view line : splitLines(diff)) {
    if (!line.starts_with("@@ "))
      continue;
    LineHunk hunk;
    std::string_view rest = line;
    const bool whole = take(rest, "@@ -") && takeRange(rest, hunk.oldBegin, hunk.oldEnd) && take(rest, " +") &&
                       takeRange(rest, hunk.newBegin, hunk.newEnd) && take(rest, " @@");
    const bool ordered =
        hunks.empty() || (hunk.oldBegin >= hunks.back().oldEnd && hunk.newBegin >= hunks.back().newEnd);
    if (!whole || !ordered)
      return error(Fault::Internal, fmt::format("cannot read git's diff at \"{}\"", lineBody(line)));
    hunks.push_back(hunk);
  }
  return hunks;
}

Result<std::vector<LineHunk>> diffLines(std::string_view oldText, std::string_view newText,
                                        const std::string &scratch) {
  if (oldText == newText)
    return std::vector<LineHunk>();
  LP_TRY(writeFileText(scratch + "/old", oldText));
  LP_TRY(writeFileText(scratch + "/new", newText));
  // Histogram: fewer accidental matches of braces than Myers, so fewer lines change their number. The settings keep
  // a user's configuration (line ends, external differs) out of it.
  LP_TRY_ASSIGN(
      const ProgramOutcome outcome,
      runProgram({{"git", "-c", "core.autocrlf=false", "-c", "core.safecrlf=false", "diff", "--no-index", "--no-color",
                   "--no-ext-diff", "--no-textconv", "--text", "-U0", "--diff-algorithm=histogram", "--", "old", "new"},
                  scratch,
                  {}}));
  if (outcome.exitCode > 1)
    return error(Fault::Io, fmt::format("git diff failed: {}", lineBody(outcome.errors)));
  return parseHunks(outcome.output);
}

} // namespace livepatch

#include "patchbuild/cli/authors_lines.h"

#include "patchbuild/source/lines.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>

namespace livepatch {

namespace {

// "_ZN4list3addEi": add, then list. A C symbol, "f.n" or "src/a.c:f": its last word first.
std::vector<std::string> namesIn(std::string_view symbol) {
  std::vector<std::string> out;
  const auto isWord = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  const bool mangled = symbol.starts_with("_Z");
  for (std::size_t at = 0; at < symbol.size();) {
    std::size_t end = at;
    if (mangled) {
      std::size_t length = 0;
      while (end < symbol.size() && std::isdigit(static_cast<unsigned char>(symbol[end])))
        length = std::min<std::size_t>(length * 10 + static_cast<std::size_t>(symbol[end++] - '0'), symbol.size());
      if (length > 0 && end + length <= symbol.size())
        out.emplace_back(symbol.substr(end, length)), end += length;
      at = std::max(end, at + 1);
      continue;
    }
    while (end < symbol.size() && isWord(symbol[end]))
      ++end;
    if (end > at)
      out.emplace_back(symbol.substr(at, end - at));
    at = end + 1;
  }
  std::reverse(out.begin(), out.end());
  return out;
}

class Files {
public:
  Files(const SourceChange &change, const std::string &scratch) : change_(change), scratch_(scratch) {}

  Result<void> correct(std::string &place, const std::string &name) {
    const std::size_t colon = place.rfind(':');
    if (colon == std::string::npos)
      return {};
    std::size_t number = 0;
    const char *end = place.data() + place.size();
    if (std::from_chars(place.data() + colon + 1, end, number).ptr != end || number == 0)
      return {};
    const std::string path = place.substr(0, colon);
    for (const ChangedFile &file : change_.changed) {
      if (file.relativePath != path || !file.oldText || !file.newText)
        continue;
      const auto [known, isNew] = lines_.try_emplace(&file);
      if (isNew) {
        LP_TRY_ASSIGN(known->second.hunks, diffLines(*file.oldText, *file.newText, scratch_));
        known->second.now = splitLines(*file.newText);
      }
      place = path + ':' + std::to_string(authorsLine(known->second.now, known->second.hunks, number, name));
    }
    return {};
  }

private:
  const SourceChange &change_;
  const std::string &scratch_;
  struct Lines {
    std::vector<LineHunk> hunks;
    std::vector<std::string_view> now;
  };
  std::map<const ChangedFile *, Lines> lines_; // many places stand in few files
};

} // namespace

std::size_t authorsLine(const std::vector<std::string_view> &lines, const std::vector<LineHunk> &hunks,
                        std::size_t number, std::string_view name) {
  const std::size_t old = number - 1;
  std::vector<std::size_t> candidates; // the unchanged line first
  std::size_t newBehind = 0, oldBehind = 0;
  bool gone = false;
  for (const LineHunk &hunk : hunks) {
    if (hunk.oldBegin > old)
      break;
    gone = old < hunk.oldEnd;
    newBehind = hunk.newEnd;
    oldBehind = hunk.oldEnd;
    if (old - hunk.oldBegin < hunk.newEnd - hunk.newBegin)
      candidates.push_back(hunk.newBegin + (old - hunk.oldBegin));
  }
  if (!gone)
    candidates.insert(candidates.begin(), newBehind + (old - oldBehind));
  std::erase_if(candidates, [&](std::size_t line) { return line >= lines.size(); });
  if (candidates.empty())
    return number;
  for (const std::string &word : namesIn(name))
    for (const std::size_t line : candidates)
      if (lines[line].find(word) != std::string_view::npos)
        return line + 1;
  return candidates.front() + 1;
}

Result<void> showAuthorsLines(Verdict &verdict, const SourceChange &change, const std::string &scratch) {
  Files files(change, scratch);
  for (Refusal &refusal : verdict.refusals)
    LP_TRY(files.correct(refusal.place, refusal.thing));
  for (Warning &warning : verdict.warnings)
    if (warning.kind != "renumber") // a macro's place is one of the new text already
      LP_TRY(files.correct(warning.place, warning.thing));
  for (PlannedFunction &function : verdict.plan.functions)
    LP_TRY(files.correct(function.place, function.name));
  for (DataCommand &data : verdict.plan.data)
    LP_TRY(files.correct(data.place, data.command.target.name));
  return {};
}

} // namespace livepatch

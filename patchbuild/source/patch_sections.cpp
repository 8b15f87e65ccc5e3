#include "patchbuild/source/patch_sections.h"

#include "patchbuild/source/lines.h"

#include <fmt/format.h>

#include <charconv>

namespace livepatch {
namespace {

// git quotes a name with unusual bytes like a C string.
std::string unquoted(std::string_view name) {
  if (name.size() < 2 || name.front() != '"' || name.back() != '"')
    return std::string(name);
  name = name.substr(1, name.size() - 2);
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '\\' || i + 1 >= name.size()) {
      result += name[i];
      continue;
    }
    const char c = name[++i];
    if (c >= '0' && c <= '7') {
      unsigned value = 0;
      for (int digits = 0; digits < 3 && i < name.size() && name[i] >= '0' && name[i] <= '7'; ++digits)
        value = value * 8 + static_cast<unsigned>(name[i++] - '0');
      --i;
      result += static_cast<char>(value);
    } else {
      constexpr std::string_view letters = "abfnrtv", meanings = "\a\b\f\n\r\t\v";
      const auto at = letters.find(c);
      result += at == std::string_view::npos ? c : meanings[at];
    }
  }
  return result;
}

// Behind "--- " or "+++ ": the name ends at a tab, where diff puts the time.
std::optional<std::string> headerName(std::string_view rest) {
  if (!rest.starts_with('"'))
    rest = rest.substr(0, rest.find('\t'));
  while (rest.ends_with(' '))
    rest.remove_suffix(1);
  if (rest == "/dev/null")
    return std::nullopt;
  return unquoted(rest);
}

// "diff --git a/x b/x": only where no "---" line follows (mode changes, binary and empty files) is this all there is.
void gitNames(std::string_view rest, PatchSection &section) {
  if (rest.starts_with('"')) {
    const auto end = rest.find("\" ", 1);
    if (end == std::string_view::npos)
      return;
    section.oldName = unquoted(rest.substr(0, end + 1));
    section.newName = unquoted(rest.substr(end + 2));
    return;
  }
  // The two names are equal behind their first component; blanks in them make the middle the only sure border.
  const auto middle = rest.size() / 2;
  if (rest.size() % 2 == 0 || rest[middle] != ' ')
    return;
  section.oldName = std::string(rest.substr(0, middle));
  section.newName = std::string(rest.substr(middle + 1));
}

struct Remaining {
  std::size_t oldLines = 0, newLines = 0;
  [[nodiscard]] bool any() const { return oldLines || newLines; }
};

std::optional<Remaining> hunkHeader(std::string_view line) {
  // "a" or "a,n"
  const auto count = [](std::string_view range) -> std::optional<std::size_t> {
    std::size_t first = 0, lines = 1;
    const char *end = range.data() + range.size();
    auto read = std::from_chars(range.data(), end, first);
    if (read.ec == std::errc() && read.ptr != end && *read.ptr == ',')
      read = std::from_chars(read.ptr + 1, end, lines);
    if (read.ec != std::errc() || read.ptr != end)
      return std::nullopt;
    return lines;
  };
  if (!line.starts_with("@@ -"))
    return std::nullopt;
  const auto plus = line.find(" +"), end = line.find(" @@", 4);
  if (plus == std::string_view::npos || end == std::string_view::npos || plus > end)
    return std::nullopt;
  const auto oldLines = count(line.substr(4, plus - 4)), newLines = count(line.substr(plus + 2, end - plus - 2));
  if (!oldLines || !newLines)
    return std::nullopt;
  return Remaining{*oldLines, *newLines};
}

class Splitter {
public:
  Splitter(std::string_view patch, const std::string &where) : lines_(splitLines(patch)), where_(where) {}
  Result<std::vector<PatchSection>> split();

private:
  Result<void> hunk(std::size_t &at);
  void gitHeader(std::string_view line);
  [[nodiscard]] Error bad(std::size_t line, const std::string &what) const {
    return error(Fault::Usage, fmt::format("{}:{}: {}", where_, line + 1, what),
                 "give a unified diff, as `diff -u` and `git diff` write it");
  }

  std::vector<std::string_view> lines_;
  std::string where_;
  std::vector<PatchSection> sections_;
  bool inGitHeader_ = false;
};

void Splitter::gitHeader(std::string_view line) {
  PatchSection &section = sections_.back();
  const auto rest = [&](std::string_view prefix) { return unquoted(line.substr(prefix.size())); };
  // "rename from" comes without a/ and b/; their components are put back so that both kinds strip alike.
  if (line.starts_with("copy from "))
    section.oldName = "a/" + rest("copy from ");
  if (line.starts_with("copy to "))
    section.newName = "b/" + rest("copy to ");
  if (line.starts_with("rename from "))
    section.oldName = "a/" + rest("rename from ");
  if (line.starts_with("rename to "))
    section.newName = "b/" + rest("rename to ");
  if (line.starts_with("new file mode"))
    section.oldName.reset();
  if (line.starts_with("deleted file mode"))
    section.newName.reset();
  if (line.starts_with("GIT binary patch") || line.starts_with("Binary files "))
    section.binary = true;
}

// From "@@" to behind its last line.
Result<void> Splitter::hunk(std::size_t &at) {
  const std::size_t begin = at;
  auto left = hunkHeader(lineBody(lines_[at]));
  if (!left)
    return bad(at, "this line should begin a hunk (\"@@ -a,b +c,d @@\")");
  sections_.back().text += lines_[at++];
  while (left->any() && at < lines_.size()) {
    const char kind = lines_[at].front();
    // An editor may have cut the blank of an empty context line.
    const bool context = kind == ' ' || kind == '\n' || kind == '\r' || kind == '\t';
    if ((context || kind == '-') && left->oldLines > 0)
      --left->oldLines;
    else if (context || kind == '-')
      break;
    if ((context || kind == '+') && left->newLines > 0)
      --left->newLines;
    else if (context || kind == '+')
      break;
    if (!context && kind != '-' && kind != '+' && kind != '\\')
      break;
    sections_.back().text += lines_[at++];
  }
  if (left->any())
    return bad(begin, "this hunk has not as many lines as it announces; the patch is damaged");
  if (at < lines_.size() && lines_[at].starts_with("\\ "))
    sections_.back().text += lines_[at++];
  return {};
}

Result<std::vector<PatchSection>> Splitter::split() {
  std::size_t at = 0;
  while (at < lines_.size()) {
    const std::string_view line = lineBody(lines_[at]);
    if (line.starts_with("diff --git ")) {
      sections_.emplace_back();
      gitNames(line.substr(11), sections_.back());
      inGitHeader_ = true;
    } else if (line.starts_with("--- ") && at + 1 < lines_.size() && lines_[at + 1].starts_with("+++ ")) {
      if (!inGitHeader_)
        sections_.emplace_back();
      inGitHeader_ = false;
      PatchSection &section = sections_.back();
      section.oldName = headerName(line.substr(4));
      section.newName = headerName(lineBody(lines_[at + 1]).substr(4));
      section.text += lines_[at];
      section.text += lines_[++at];
    } else if (line.starts_with("@@ ")) {
      if (sections_.empty())
        return bad(at, "a hunk without the file that it belongs to");
      LP_TRY(hunk(at));
      continue;
    } else if (line.starts_with("*** ") && at + 1 < lines_.size() && lines_[at + 1].starts_with("--- ")) {
      return bad(at, "this is a context diff");
    } else if (inGitHeader_) {
      gitHeader(line);
    }
    if (inGitHeader_)
      sections_.back().text += lines_[at];
    ++at;
  }
  if (sections_.empty())
    return error(Fault::Usage, where_ + " is not a patch: it has no hunk and names no file",
                 "give a unified diff, as `diff -u` and `git diff` write it");
  for (const PatchSection &section : sections_)
    if (!section.oldName && !section.newName)
      return error(Fault::Usage, where_ + " has a section that names no file");
  return std::move(sections_);
}

} // namespace

Result<std::vector<PatchSection>> splitPatch(std::string_view patch, const std::string &where) {
  return Splitter(patch, where).split();
}

std::optional<std::string> stripComponents(std::string_view name, unsigned count) {
  for (; count > 0; --count) {
    const auto slash = name.find('/');
    if (slash == std::string_view::npos)
      return std::nullopt;
    name.remove_prefix(slash + 1);
    while (name.starts_with('/'))
      name.remove_prefix(1);
  }
  if (name.empty())
    return std::nullopt;
  return std::string(name);
}

} // namespace livepatch

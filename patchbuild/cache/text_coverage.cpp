#include "patchbuild/cache/text_coverage.h"

#include "patchbuild/source/lines.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

namespace livepatch {
namespace {

bool isWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

bool hasWord(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !isWordCharacter(text[at - 1])) && (end == text.size() || !isWordCharacter(text[end])))
      return true;
  }
  return false;
}

// Markers say "./a.h" where the list of dependencies says "a.h".
std::string_view withoutDot(std::string_view name) {
  while (name.starts_with("./"))
    name.remove_prefix(2);
  return name;
}

// `# 12 "dir/a.h" 1` -> dir/a.h; empty for any other line.
std::string nameInMarker(std::string_view line) {
  if (!line.starts_with("# ") || line.size() < 3 || !std::isdigit(static_cast<unsigned char>(line[2])))
    return {};
  const auto open = line.find('"');
  std::string name;
  for (auto at = open; open != std::string_view::npos && ++at < line.size() && line[at] != '"';) {
    if (line[at] == '\\' && at + 1 < line.size())
      ++at;
    name += line[at];
  }
  return std::string(withoutDot(name));
}

} // namespace

std::vector<std::string> dependenciesIn(std::string_view makeRule) {
  std::vector<std::string> names;
  std::string name;
  const auto finish = [&] {
    if (!name.empty())
      names.emplace_back(withoutDot(name));
    name.clear();
  };
  const auto colon = makeRule.find(": ");
  makeRule.remove_prefix(colon == std::string_view::npos ? makeRule.size() : colon + 2);
  for (std::size_t at = 0; at < makeRule.size(); ++at) {
    const char c = makeRule[at], next = at + 1 < makeRule.size() ? makeRule[at + 1] : '\0';
    if (c == '\\') {
      // Before a blank or '#', each backslash of the name is there twice, and one more stands for the quoting.
      const auto end = std::min(makeRule.find_first_not_of('\\', at), makeRule.size());
      const std::size_t count = end - at;
      const char after = end < makeRule.size() ? makeRule[end] : '\0';
      const bool quotes = (after == ' ' || after == '#') && count % 2 == 1;
      name.append(after == '\n' ? count - 1 : quotes ? count / 2 : count, '\\');
      if (quotes)
        name += after;
      at = end - 1 + (quotes ? 1 : 0);
    } else if (c == ' ' || c == '\n') {
      finish();
    } else {
      name += c;
      at += c == '$' && next == '$' ? 1 : 0;
    }
  }
  finish();
  return names;
}

std::optional<std::string> whyUnsettled(std::string_view text, const std::vector<std::string> &dependencies,
                                        bool timeIsFixed) {
  if (!timeIsFixed && (hasWord(text, "__DATE__") || hasWord(text, "__TIME__")))
    return "it asks for the time of the compile";
  if (hasWord(text, "__TIMESTAMP__"))
    return "it asks for the time of a file";
  std::unordered_set<std::string> shown;
  for (const std::string_view line : splitLines(text))
    if (std::string name = nameInMarker(line); !name.empty())
      shown.insert(std::move(name));
  for (const std::string &name : dependencies)
    if (!shown.contains(name))
      return "it depends on " + name + " without reading its text";
  return std::nullopt;
}

} // namespace livepatch

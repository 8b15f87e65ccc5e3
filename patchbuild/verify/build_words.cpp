#include "patchbuild/verify/build_words.h"

#include <cctype>
#include <initializer_list>
#include <string_view>

namespace livepatch {

namespace {

// In the pattern: '0' a digit, 'a' a letter, '_' a digit or a space; anything else is itself.
bool looksLike(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size())
    return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool fits = pattern[i] == '0'   ? std::isdigit(c) != 0
                      : pattern[i] == 'a' ? std::isalpha(c) != 0
                      : pattern[i] == '_' ? std::isdigit(c) != 0 || c == ' '
                                          : text[i] == pattern[i];
    if (!fits)
      return false;
  }
  return true;
}

// Times of the build in both, everything around them equal.
bool sameButForTimes(std::string_view before, std::string_view after) {
  if (before.size() != after.size())
    return false;
  for (std::size_t i = 0; i < before.size();) {
    bool isTime = false;
    for (const std::string_view pattern : {"aaa aaa _0 00:00:00 0000", "aaa _0 0000", "00:00:00"}) {
      if (!looksLike(before.substr(i, pattern.size()), pattern) || !looksLike(after.substr(i, pattern.size()), pattern))
        continue;
      isTime = true;
      i += pattern.size();
      break;
    }
    if (!isTime && before[i] != after[i])
      return false;
    i += !isTime;
  }
  return true;
}

std::string replaced(std::string text, const std::string &from, const std::string &to) {
  for (std::size_t at = 0; !from.empty() && (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

} // namespace

bool sameButForLines(std::string_view before, std::string_view after, const IsMovedLine &isMovedLine) {
  const auto isDigit = [](std::string_view text, std::size_t at) {
    return at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0;
  };
  // 0 where no number begins; longer ones are no line numbers.
  const auto digits = [&](std::string_view text, std::size_t at) {
    std::size_t count = 0;
    while (isDigit(text, at + count))
      ++count;
    constexpr std::size_t most = 9;
    return count > most || (at != 0 && isDigit(text, at - 1)) ? 0 : count;
  };
  std::size_t i = 0, j = 0;
  while (i < before.size() && j < after.size()) {
    const std::size_t old = digits(before, i), now = digits(after, j);
    if (old != 0 && now != 0 &&
        isMovedLine(std::stoul(std::string(before.substr(i, old))), std::stoul(std::string(after.substr(j, now))))) {
      i += old;
      j += now;
    } else if (before[i++] != after[j++]) {
      return false;
    }
  }
  return i == before.size() && j == after.size();
}

bool sameButForBuild(const std::string &before, const std::string &after,
                     const std::pair<std::string, std::string> &roots) {
  const std::string moved = replaced(after, roots.second, roots.first);
  return before == moved || sameButForTimes(before, moved);
}

} // namespace livepatch

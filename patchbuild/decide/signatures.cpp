#include "patchbuild/decide/signatures.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace livepatch {

namespace {

bool isWord(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

bool isQualifier(std::string_view word) {
  constexpr std::array<std::string_view, 6> qualifiers = {"const",      "volatile",     "restrict",
                                                          "__restrict", "__restrict__", "noexcept"};
  return std::find(qualifiers.begin(), qualifiers.end(), word) != qualifiers.end();
}

} // namespace

std::string withoutQualifiers(std::string_view type) {
  std::string out;
  for (std::size_t at = 0; at < type.size();) {
    if (!isWord(type[at])) {
      if (type[at] != ' ')
        out += type[at];
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < type.size() && isWord(type[end]))
      ++end;
    const std::string_view word = type.substr(at, end - at);
    at = end;
    if (isQualifier(word))
      continue;
    if (!out.empty() && isWord(out.back()))
      out += ' ';
    out += word;
  }
  return out;
}

std::string meant(const std::string &type, const std::string &means) {
  return means.empty() ? type : type + " (" + means + ")";
}

bool sameTypeTexts(const std::string &oldType, const std::string &oldMeans, const std::string &newType,
                   const std::string &newMeans) {
  // What a type means is recorded only where it is another text.
  return withoutQualifiers(oldType) == withoutQualifiers(newType) &&
         withoutQualifiers(oldMeans.empty() ? oldType : oldMeans) ==
             withoutQualifiers(newMeans.empty() ? newType : newMeans);
}

bool sameSignature(const MapFunction &old, const MapFunction &now) {
  if (old.convention != now.convention)
    return false;
  // A function that the compiler made has no declared type.
  return old.type.empty() || now.type.empty() || sameType(old, now);
}

} // namespace livepatch

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

bool isTagKeyword(std::string_view word) {
  return word == "struct" || word == "class" || word == "union" || word == "enum";
}

// A type's text piece by piece: names ("std::vector", "struct client" or "client") and the characters between them.
struct Piece {
  std::string_view keyword; // of a tag, where it is written
  std::string_view text;
};

Piece takePiece(std::string_view &type) {
  const auto startsName = [&](std::size_t at) { return isWord(type[at]) || type.substr(at, 2) == "::"; };
  Piece piece;
  for (;;) {
    std::size_t end = 0;
    while (end < type.size() && startsName(end))
      end += isWord(type[end]) ? 1 : 2;
    piece.text = type.substr(0, end ? end : 1);
    type.remove_prefix(piece.text.size());
    if (!isTagKeyword(piece.text) || type.empty() || type.front() != ' ')
      return piece;
    piece.keyword = piece.text;
    type.remove_prefix(1);
  }
}

// "vector" and "std::vector", not "a::list" and "b::list".
bool sameButForScope(std::string_view one, std::string_view other) {
  const std::string_view longer = one.size() > other.size() ? one : other;
  const std::string_view shorter = one.size() > other.size() ? other : one;
  return longer == shorter ||
         (longer.ends_with(shorter) && longer.substr(0, longer.size() - shorter.size()).ends_with("::"));
}

// The same names between the same characters; scopes and tags' keywords may be left out where the language allows it.
bool samePieces(std::string_view one, std::string_view other) {
  while (!one.empty() && !other.empty()) {
    const Piece a = takePiece(one), b = takePiece(other);
    if (!sameButForScope(a.text, b.text) || (a.keyword != b.keyword && !a.keyword.empty() && !b.keyword.empty()))
      return false;
  }
  return one.empty() && other.empty();
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
  return samePieces(withoutQualifiers(oldType), withoutQualifiers(newType)) &&
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

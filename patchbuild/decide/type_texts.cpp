#include "patchbuild/decide/type_texts.h"

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

// Names that say how wide a number is and nothing about its use. `time_t` and a program's own names say more.
bool isWidth(std::string_view name) {
  constexpr std::array<std::string_view, 27> widths = {
      "int",      "unsigned",  "signed",   "long",   "short",     "char",     "size_t",    "ssize_t",   "ptrdiff_t",
      "intptr_t", "uintptr_t", "intmax_t", "uint",   "int8_t",    "int16_t",  "int32_t",   "int64_t",   "uint8_t",
      "uint16_t", "uint32_t",  "uint64_t", "u_char", "uintmax_t", "u_int8_t", "u_int16_t", "u_int32_t", "u_int64_t"};
  if (name.starts_with("std::"))
    name.remove_prefix(5);
  return std::find(widths.begin(), widths.end(), name) != widths.end();
}

constexpr std::string_view widthText = "#";

// A type's text piece by piece: names ("std::vector", "struct client" or "client"), widths ("unsigned long" or
// "size_t", of one text: what the whole type means tells them apart), and the characters between them.
struct Piece {
  std::string_view keyword; // of a tag, where it is written
  std::string_view text;
};

std::string_view takeName(std::string_view &type) {
  const auto isName = [&](std::size_t at) { return isWord(type[at]) || type.substr(at, 2) == "::"; };
  std::size_t end = 0;
  while (end < type.size() && isName(end))
    end += isWord(type[end]) ? 1 : 2;
  const std::string_view name = type.substr(0, end);
  type.remove_prefix(end);
  return name;
}

Piece takePiece(std::string_view &type) {
  Piece piece;
  piece.text = takeName(type);
  if (isTagKeyword(piece.text) && type.starts_with(' ')) {
    type.remove_prefix(1);
    piece.keyword = piece.text;
    piece.text = takeName(type);
  } else if (isWidth(piece.text)) {
    for (std::string_view rest = type; rest.starts_with(' ');) {
      rest.remove_prefix(1);
      if (isWidth(takeName(rest)))
        type = rest;
      else
        break;
    }
    piece.text = widthText;
  } else if (piece.text.empty()) {
    piece.text = type.substr(0, 1);
    type.remove_prefix(1);
  }
  return piece;
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

} // namespace livepatch

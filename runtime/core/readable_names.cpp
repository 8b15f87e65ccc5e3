#include "runtime/core/readable_names.h"

#include "runtime/core/demangled.h"

#include <array>
#include <cctype>
#include <utility>

namespace livepatch {
namespace {

// Names come from other programs' files. The demangler recurses, and no compiler writes names as long as this.
constexpr std::size_t longestSymbol = 4096;

bool isSymbolCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '.';
}

// What the types of the standard library are called in sources. Longer spellings come before those that they contain.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> shorter = {{
    {"std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >", "std::string"},
    {"std::basic_string_view<char, std::char_traits<char> >", "std::string_view"},
    {"std::__cxx11::", "std::"},
}};

std::string shortened(std::string name) {
  for (const auto &[longName, shortName] : shorter)
    for (std::size_t at = 0; (at = name.find(longName, at)) != std::string::npos; at += shortName.size())
      name.replace(at, longName.size(), shortName);
  return name;
}

// A few hundred bytes of references to references can stand for gigabytes. At most: what is written, three times as
// long for every three references (S0_, T_), and as often as a pack can have elements for each pack that is expanded
// (Dp, sp).
bool mayGrowWithoutEnd(const std::string &symbol) {
  constexpr double longestReadable = 1 << 26;
  double most = static_cast<double>(symbol.size());
  for (std::size_t i = 0; i + 1 < symbol.size(); ++i) {
    if ((symbol[i] == 'D' || symbol[i] == 's') && symbol[i + 1] == 'p')
      most *= 1 + static_cast<double>(symbol.size()) / 4;
    if (symbol[i] != 'S' && symbol[i] != 'T')
      continue;
    const std::size_t end = symbol.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", i + 1);
    if (end != std::string::npos && symbol[end] == '_')
      most *= 1.45; // the cube root of 3
  }
  return most > longestReadable;
}

std::string readable(const std::string &symbol) {
  if (symbol.size() > longestSymbol || mayGrowWithoutEnd(symbol))
    return symbol;
  const std::string name = demangled(symbol);
  return name == symbol ? symbol : shortened(name);
}

} // namespace

std::string readableNames(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t begin = text.find("_Z");
    if (begin == std::string_view::npos)
      break;
    std::size_t end = begin;
    while (end < text.size() && isSymbolCharacter(text[end]))
      ++end;
    while (text[end - 1] == '.') // of a sentence
      --end;
    // In "make_Z3foov" it is a part of a longer name.
    const bool starts =
        begin == 0 ? out.empty() || !isSymbolCharacter(out.back()) : !isSymbolCharacter(text[begin - 1]);
    const std::string symbol(text.substr(begin, end - begin));
    out += text.substr(0, begin);
    out += starts ? readable(symbol) : symbol;
    text.remove_prefix(end);
  }
  return out += text;
}

} // namespace livepatch

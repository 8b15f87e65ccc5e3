// The text that nm(1) prints, as a symbol table: Pannus's kind of mapfile.
#include "runtime/core/symbol_table.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <sstream>

namespace livepatch {
namespace {

std::optional<std::uint64_t> hexNumber(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.empty() || failure != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

// nm(1), "The symbol type". Letters for debugging and undefined symbols are skipped.
std::optional<SymbolKind> kindOf(char letter) {
  switch (letter) {
  case 'T':
  case 't':
    return SymbolKind::Function;
  case 'B':
  case 'b':
  case 'D':
  case 'd':
  case 'G':
  case 'g':
  case 'R':
  case 'r':
  case 'S':
  case 's':
  case 'C':
  case 'V':
  case 'v':
  case 'u':
    return SymbolKind::Object;
  case 'W':
  case 'w':
  case 'A':
  case 'a':
    return SymbolKind::Unknown;
  case 'i':
    return SymbolKind::Ifunc;
  default:
    return std::nullopt;
  }
}

bool isTypeLetter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '?';
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> found;
  while (!line.empty()) {
    const std::size_t begin = std::min(line.find_first_not_of(" \t\r"), line.size());
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
    if (end != 0)
      found.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return found;
}

} // namespace

Result<SymbolTable> SymbolTable::ofNm(std::string_view text, const std::string &where) {
  SymbolTable table;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size()));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    ++number;
    const auto fields = words(line);
    if (fields.empty())
      continue;
    // "                 U printf", "                 w __gmon_start__"
    if (fields.size() == 2 && (fields[0] == "U" || fields[0] == "w" || fields[0] == "v"))
      continue;
    const auto fail = [&](const std::string &what) {
      return error(Fault::Format, fmt::format("{}:{}: {}", where, number, what),
                   "the mapfile is either a .lpmap or the output of nm, or of nm -S");
    };
    // "address type name" or, with -S, "address size type name"; a C++ symbol demangled by -C holds blanks.
    const bool sized = fields.size() >= 4 && fields[1].size() > 1 && hexNumber(fields[1]) && fields[2].size() == 1;
    const std::size_t typeField = sized ? 2 : 1;
    if (fields.size() < typeField + 2 || fields[typeField].size() != 1 || !isTypeLetter(fields[typeField][0]))
      return fail("not a line of nm's output");
    const auto address = hexNumber(fields[0]);
    if (!address)
      return fail(fmt::format("'{}' is no address", fields[0].substr(0, 80)));
    const auto kind = kindOf(fields[typeField][0]);
    if (!kind)
      continue;
    TargetSymbol symbol;
    symbol.name = std::string_view(
        fields[typeField + 1].data(),
        static_cast<std::size_t>(fields.back().data() + fields.back().size() - fields[typeField + 1].data()));
    symbol.kind = *kind;
    symbol.address = {*address};
    if (sized)
      symbol.size = *hexNumber(fields[1]);
    // nm without --with-symbol-versions has none; with it "name@@V" is the name's default version.
    symbol.name.erase(std::min(symbol.name.find('@'), symbol.name.size()));
    table.symbols_.push_back(std::move(symbol));
  }
  if (table.symbols_.empty())
    return error(Fault::Format, fmt::format("{}: there is no symbol in it", where),
                 "the mapfile is either a .lpmap or the output of nm, or of nm -S");
  table.index();
  // Without -S the next symbol bounds a function; it may be too far (padding), never too near.
  for (std::size_t i = 0; i < table.symbols_.size(); ++i) {
    if (table.symbols_[i].size != 0)
      continue;
    table.symbols_[i].sizeIsExact = false;
    for (std::size_t next = i + 1; next < table.symbols_.size(); ++next)
      if (table.symbols_[next].address != table.symbols_[i].address) {
        table.symbols_[i].size = table.symbols_[next].address.value - table.symbols_[i].address.value;
        break;
      }
  }
  return table;
}

} // namespace livepatch

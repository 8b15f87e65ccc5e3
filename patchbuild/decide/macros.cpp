#include "patchbuild/decide/macros.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>
#include <utility>

namespace livepatch {

namespace {

struct Macro {
  std::string value;
  std::size_t line = 0;
  std::size_t definitions = 0;
};

bool isNumber(const std::string &value) {
  std::size_t at = 0;
  while (at < value.size() && (value[at] == '(' || value[at] == '-' || value[at] == '+' || value[at] == '~'))
    ++at;
  return at < value.size() && std::isdigit(static_cast<unsigned char>(value[at]));
}

// What stands behind the name, without a comment and the white space around it.
std::string valueOf(std::string rest) {
  for (const char *comment : {"/*", "//"})
    if (const std::size_t at = rest.find(comment); at != std::string::npos)
      rest.resize(at);
  const std::size_t first = rest.find_first_not_of(" \t\r");
  if (first == std::string::npos)
    return {};
  return rest.substr(first, rest.find_last_not_of(" \t\r") - first + 1);
}

bool isWord(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// "static const int limit = 4;" outside of functions sizes arrays and numbers things as a macro does. Name and value;
// empty for any other line.
std::pair<std::string, std::string> namedConstant(const std::string &line) {
  const std::size_t equals = line.find('=');
  if (equals == std::string::npos || equals == 0 || line.find_first_of("([*&<", 0) < equals)
    return {};
  std::istringstream words(line.substr(0, equals));
  std::string word, name;
  bool constant = false, outside = !std::isspace(static_cast<unsigned char>(line[0]));
  while (words >> word) {
    outside = outside || word == "static" || word == "inline"; // a member's
    constant = constant || word == "const" || word == "constexpr";
    name = word;
  }
  if (!constant || !outside || name.empty() || !std::all_of(name.begin(), name.end(), isWord))
    return {};
  const std::size_t end = line.find(';', equals);
  if (end == std::string::npos)
    return {};
  return {name, valueOf(line.substr(equals + 1, end - equals - 1))};
}

std::map<std::string, Macro> macrosOf(std::string_view text) {
  std::map<std::string, Macro> out;
  std::istringstream lines{std::string(text)};
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::size_t at = line.find_first_not_of(" \t");
    if (at == std::string::npos || line[at] != '#') {
      if (auto [name, value] = namedConstant(line); !name.empty()) {
        Macro &constant = out[name];
        constant.value = std::move(value);
        constant.line = number;
        ++constant.definitions;
      }
      continue;
    }
    at = line.find_first_not_of(" \t", at + 1);
    if (at == std::string::npos || line.compare(at, 6, "define") != 0)
      continue;
    at = line.find_first_not_of(" \t", at + 6);
    if (at == std::string::npos)
      continue;
    std::size_t end = at;
    while (end < line.size() && isWord(line[end]))
      ++end;
    if (end == at || (end < line.size() && line[end] == '('))
      continue;
    Macro &macro = out[line.substr(at, end - at)];
    macro.value = valueOf(line.substr(end));
    macro.line = number;
    ++macro.definitions;
  }
  return out;
}

} // namespace

std::vector<RenumberedMacro> renumberedMacros(std::string_view oldText, std::string_view newText) {
  std::vector<RenumberedMacro> out;
  const std::map<std::string, Macro> olds = macrosOf(oldText);
  for (const auto &[name, now] : macrosOf(newText)) {
    const auto old = olds.find(name);
    if (old == olds.end() || old->second.definitions != 1 || now.definitions != 1)
      continue;
    if (old->second.value == now.value || !isNumber(old->second.value) || !isNumber(now.value))
      continue;
    out.push_back({name, old->second.value, now.value, now.line});
  }
  return out;
}

} // namespace livepatch

#include "patchbuild/decide/numbered_names.h"

#include <cctype>

namespace livepatch {

namespace {

bool isDigit(char c) {
  return std::isdigit(static_cast<unsigned char>(c));
}

} // namespace

std::string withoutNumbers(std::string_view name) {
  while (!name.empty() && isDigit(name.back())) {
    const std::size_t dot = name.find_last_not_of("0123456789");
    if (dot == std::string_view::npos || dot == 0 || name[dot] != '.')
      break;
    name = name.substr(0, dot);
  }
  std::string out;
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (name[at] != '$' || at + 1 >= name.size() || name[at + 1] != '_') {
      out += name[at];
      continue;
    }
    while (!out.empty() && isDigit(out.back()))
      out.pop_back();
    out += "$_";
    at += 1;
    while (at + 1 < name.size() && isDigit(name[at + 1]))
      ++at;
  }
  return out;
}

bool isPartName(std::string_view name) {
  return name.starts_with("OUTLINED_FUNCTION_") || name.find(".cold") != std::string_view::npos ||
         name.find(".part.") != std::string_view::npos;
}

} // namespace livepatch

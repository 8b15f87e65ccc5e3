// Long lists in messages.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

namespace livepatch {

// "a, b, c, d, e and 7 more"
template <typename Names>
[[nodiscard]] std::string firstFew(const Names &names, std::string_view separator = ", ") {
  constexpr std::size_t most = 5;
  const auto end = std::next(names.begin(), static_cast<std::ptrdiff_t>(std::min(names.size(), most)));
  std::string text = fmt::format("{}", fmt::join(names.begin(), end, separator));
  return names.size() > most ? text + fmt::format(" and {} more", names.size() - most) : text;
}

} // namespace livepatch

#include "runtime/cli/duration_text.h"

#include <charconv>
#include <fmt/format.h>

namespace livepatch {

std::optional<std::chrono::milliseconds> parseDuration(std::string_view text) {
  double number = 0;
  auto [unit, failed] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  std::string_view rest(unit, static_cast<std::size_t>(text.data() + text.size() - unit));
  if (failed != std::errc{} || number < 0 || number > 1e6)
    return std::nullopt;
  if (rest == "ms")
    return std::chrono::milliseconds(static_cast<long long>(number));
  if (rest == "s" || rest.empty())
    return std::chrono::milliseconds(static_cast<long long>(number * 1000));
  if (rest == "m")
    return std::chrono::milliseconds(static_cast<long long>(number * 60000));
  return std::nullopt;
}

std::string durationText(std::chrono::microseconds span) {
  auto us = span.count();
  return us < 1000 ? fmt::format("{} us", us) : fmt::format("{:.1f} ms", static_cast<double>(us) / 1000);
}

} // namespace livepatch

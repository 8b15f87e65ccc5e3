// "5s", "500ms", "2m": times as users write them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace livepatch {

// A number with a unit (ms, s, m), or a plain number of seconds.
[[nodiscard]] std::optional<std::chrono::milliseconds> parseDuration(std::string_view text);

// "43 us", "1.8 ms"
[[nodiscard]] std::string durationText(std::chrono::microseconds span);

} // namespace livepatch

// Text for a person's terminal. Processes, threads and files carry names that somebody else chose, and a control
// character in one would be the terminal's to obey.
#pragma once

#include <string>
#include <string_view>

namespace livepatch {

enum class LineEnds { Kept, Shown };

// Control characters (also those that UTF-8 writes in two bytes) as \xHH; line ends stay where they are meant.
[[nodiscard]] std::string printable(std::string_view text, LineEnds lineEnds = LineEnds::Kept);

} // namespace livepatch

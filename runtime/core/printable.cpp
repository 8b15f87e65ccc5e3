#include "runtime/core/printable.h"

#include <fmt/format.h>

namespace livepatch {
namespace {

bool isControl(unsigned char c) {
  return c < 0x20 || c == 0x7f;
}

} // namespace

std::string printable(std::string_view text, LineEnds lineEnds) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    // U+0080 to U+009F: terminals take them for the escape sequences that they abbreviate.
    const bool upperControl = c == 0xc2 && next >= 0x80 && next < 0xa0;
    if (c == '\n' && lineEnds == LineEnds::Kept)
      out += '\n';
    else if (isControl(c) || upperControl)
      out += fmt::format("\\x{:02x}", upperControl ? next : c);
    else
      out += text[i];
    i += upperControl ? 1 : 0;
  }
  return out;
}

} // namespace livepatch

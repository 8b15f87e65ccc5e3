// What every reader of foreign bytes has to survive: an end anywhere, and any byte being another one.
//
// The readers' answers do not matter here, only that they come back; the sanitizer build sees what they touch on the
// way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace livepatch {

// Calls `read` with `content` cut at each length and with each byte changed in three ways.
template <typename Content, typename Read>
void forEachDamage(const Content &content, Read read) {
  for (std::size_t length = 0; length < content.size(); ++length)
    read(Content(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(length)));
  for (std::size_t at = 0; at < content.size(); ++at)
    for (const int change : {0x01, 0x80, 0xff}) {
      Content changed = content;
      changed[at] = static_cast<typename Content::value_type>(changed[at] ^ change);
      read(changed);
    }
}

} // namespace livepatch

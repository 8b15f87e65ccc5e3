#include "patchbuild/map/chunk.h"

#include <fmt/format.h>

namespace livepatch {
namespace {

// "LPM1", kind, length of the text, number of addresses.
constexpr std::size_t headerSize = 4 + 1 + 4 + 4;
constexpr std::string_view magic = "LPM1";

// Little-endian whatever machine this runs on; the caller has checked the bounds.
std::uint64_t littleEndian(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = width; i-- > 0;)
    value = value << 8 | bytes[at + i];
  return value;
}

Error damaged(const std::string &where, std::size_t at, const std::string &what) {
  return error(Fault::Format, fmt::format("{}: the map section is damaged at offset {}: {}", where, at, what),
               "link the target again; if it happens again, an object in the link was not made by this plugin");
}

} // namespace

Result<std::vector<Chunk>> parseChunks(std::span<const std::uint8_t> section, const std::string &where) {
  std::vector<Chunk> chunks;
  std::size_t at = 0;
  while (at < section.size()) {
    // Linkers may put zeros between the parts that they collect from the objects.
    if (section[at] == 0) {
      ++at;
      continue;
    }
    const std::size_t left = section.size() - at;
    if (left < headerSize)
      return damaged(where, at, "it ends inside a chunk's header");
    const std::string_view found(reinterpret_cast<const char *>(section.data()) + at, magic.size());
    if (found != magic)
      return damaged(where, at, "no chunk begins here");
    const std::uint8_t kind = section[at + 4];
    if (kind != 'U' && kind != 'T')
      return damaged(where, at, fmt::format("a chunk of unknown kind {}", kind));
    // Two 32-bit numbers: their sum with the header cannot overflow 64 bits.
    const std::uint64_t length = littleEndian(section, at + 5, 4);
    const std::uint64_t count = littleEndian(section, at + 9, 4);
    if (headerSize + length + count * 8 > left)
      return damaged(where, at, "a chunk reaches beyond the section");

    Chunk chunk{static_cast<ChunkKind>(kind), at, {}, {}};
    const std::size_t text = at + headerSize;
    chunk.json = {reinterpret_cast<const char *>(section.data()) + text, length};
    chunk.addresses.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i)
      chunk.addresses.push_back(littleEndian(section, text + length + i * 8, 8));
    at = text + length + count * 8;
    chunks.push_back(std::move(chunk));
  }
  return chunks;
}

} // namespace livepatch

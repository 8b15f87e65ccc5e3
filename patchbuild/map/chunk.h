// The row of chunks in a section `.debug_livepatch` (docs/formats.md, section 1). Pure; the bytes are hostile.
#pragma once

#include "runtime/core/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

enum class ChunkKind : std::uint8_t { Unit = 'U', Type = 'T' };

struct Chunk {
  ChunkKind kind = ChunkKind::Unit;
  std::uint64_t offset = 0; // in the section, for messages
  std::string_view json;    // points into the section
  std::vector<std::uint64_t> addresses;
};

[[nodiscard]] Result<std::vector<Chunk>> parseChunks(std::span<const std::uint8_t> section, const std::string &where);

} // namespace livepatch

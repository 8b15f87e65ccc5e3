#include "runtime/core/link_map_fields.h"

#include "runtime/core/elf_record.h"

#include <algorithm>

namespace livepatch {
namespace {

std::uint64_t wordAt(Bytes bytes, std::size_t index) {
  return recordAt<std::uint64_t>(bytes, 0, index).value_or(0);
}

} // namespace

std::optional<TlsFields> findTlsFields(Bytes linkMap, const ElfSegment &tls, LoadBias bias) {
  // include/link.h: l_tls_initimage, l_tls_initimage_size, l_tls_blocksize, l_tls_align, l_tls_firstbyte_offset,
  // l_tls_offset, l_tls_modid.
  const std::uint64_t known[] = {bias.value + tls.address.value, tls.fileSize, tls.memorySize, tls.align,
                                 tls.align ? tls.address.value & (tls.align - 1) : 0};
  constexpr std::size_t fields = 7;
  const std::size_t words = linkMap.size() / sizeof(std::uint64_t);
  for (std::size_t first = 0; first + fields <= words; ++first) {
    bool fits = true;
    for (std::size_t i = 0; i < std::size(known) && fits; ++i)
      fits = wordAt(linkMap, first + i) == known[i];
    const std::uint64_t offset = wordAt(linkMap, first + 5), module = wordAt(linkMap, first + 6);
    if (!fits || module == 0 || module > UINT32_MAX)
      continue;
    // NO_TLS_OFFSET is 0 and FORCED_DYNAMIC_TLS_OFFSET is -1 where blocks lie below the thread pointer.
    const bool fixed = offset != 0 && offset < (std::uint64_t{1} << 30);
    return TlsFields{module, fixed ? std::optional(offset) : std::nullopt};
  }
  return std::nullopt;
}

std::optional<ScopeFields> findScopeFields(Bytes linkMap, RuntimeAddr at) {
  // include/link.h: l_scope_mem[4], l_scope_max, l_scope, l_local_scope[2]. For the executable, l_scope points to
  // l_scope_mem in front of it, and both it and l_local_scope begin with the executable's own l_searchlist.
  constexpr std::size_t inlineScopes = 4, fields = inlineScopes + 4, size = sizeof(std::uint64_t);
  const std::size_t words = linkMap.size() / size;
  for (std::size_t first = 0; first + fields <= words; ++first) {
    const std::uint64_t ownList = wordAt(linkMap, first);
    if (wordAt(linkMap, first + inlineScopes) != inlineScopes ||
        wordAt(linkMap, first + inlineScopes + 1) != at.value + first * size ||
        wordAt(linkMap, first + inlineScopes + 2) != ownList)
      continue;
    if (ownList <= at.value || ownList >= at.value + first * size || ownList % size != 0)
      continue;
    return ScopeFields{static_cast<std::size_t>(ownList - at.value), (first + inlineScopes + 1) * size};
  }
  return std::nullopt;
}

} // namespace livepatch

// What glibc's dynamic loader keeps in a link_map behind the public fields (link.h): the place of an object's TLS
// block, and the list of lists in which it looks up the symbols that the object refers to.
//
// The offsets of these fields differ between versions of glibc, but what stands in them does not: each is found by
// the neighbours that it must have, and not found where they are not there (another C library).
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/elf_view.h"

#include <cstdint>
#include <optional>

namespace livepatch {

// More than any link_map has: 1,160 bytes with glibc 2.36.
inline constexpr std::size_t linkMapBytes = 2048;

struct TlsFields {
  std::uint64_t module = 0;                  // argument of __tls_get_addr
  std::optional<std::uint64_t> staticOffset; // below the thread pointer; nullopt: differs between threads
  bool operator==(const TlsFields &) const = default;
};
[[nodiscard]] std::optional<TlsFields> findTlsFields(Bytes linkMap, const ElfSegment &tls, LoadBias bias);

// Byte offsets in every link_map of the process, found in the executable's, which lies at `at`.
struct ScopeFields {
  std::size_t ownList = 0; // l_searchlist: {link_map **list; unsigned count}
  std::size_t scopes = 0;  // l_scope: pointer to pointers to such lists, the last one null
};
[[nodiscard]] std::optional<ScopeFields> findScopeFields(Bytes linkMap, RuntimeAddr at);

} // namespace livepatch

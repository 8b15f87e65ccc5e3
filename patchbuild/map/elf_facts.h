// What the map needs to know of the linked file itself: symbols, identity, bytes of the text.
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/map.h"
#include "runtime/core/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace livepatch {

struct ElfFacts {
  MapObject object; // path: the file's base name
  struct Symbol {
    std::string name;
    std::uint64_t size = 0;
    bool tls = false;
  };
  std::unordered_multimap<std::uint64_t, Symbol> symbols; // by value; .symtab, or .dynsym of a stripped file
  bool stripped = false;                                  // there is no .symtab
  struct Text {
    std::uint64_t address = 0;
    std::vector<std::uint8_t> bytes;
  };
  std::vector<Text> text;                              // the executable segments
  std::optional<std::vector<std::uint8_t>> mapSection; // `.debug_livepatch`, decompressed

  // Bytes at a link-time address of the text; empty where they are not all in the file.
  [[nodiscard]] std::vector<std::uint8_t> textAt(LinkAddr at, std::size_t size) const;
};

// Error for anything but a complete 64-bit little-endian executable or shared object of a machine that we know.
[[nodiscard]] Result<ElfFacts> readElfFacts(const std::string &path);

} // namespace livepatch

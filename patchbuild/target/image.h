// What the decision has to know of the target's file besides its map: initial data, what it exports, what it links to.
//
// Plain data, so that a test can make one up; target/read_image.cpp fills it from an ELF file.
#pragma once

#include "runtime/core/address.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace livepatch {

struct ImageSegment {
  LinkAddr address;
  std::vector<std::uint8_t> bytes; // what the file holds
  std::uint64_t memorySize = 0;    // the rest is zero (.bss)
};

// A pointer that the dynamic loader fills in.
struct ImagePointer {
  std::string symbol;      // looked up by name; empty: `value` is a link-time address of the object itself
  std::uint64_t value = 0; // or the addend
};

enum class ImageSymbolKind { Function, Object, Tls };

struct ImageSymbol {
  LinkAddr address;
  std::uint64_t size = 0;
  ImageSymbolKind kind = ImageSymbolKind::Function;
};

struct TargetImage {
  std::vector<ImageSegment> segments;
  std::map<std::uint64_t, ImagePointer> pointers; // by link-time address
  std::map<std::string, ImageSymbol> symbols;     // all that the file defines under a name that is not local
  std::set<std::string> exported;                 // of these, what other objects can see (.dynsym)
  std::set<std::string> librarySymbols;           // what the libraries that it needs define
  std::set<std::string> nobodysSymbols;           // of these, weak ones that the target asks for and no library has
  std::vector<std::string> libraries;             // paths of these libraries, in link order
  std::vector<std::string> missingLibraries;      // needed, but not found on this machine
  bool sharedLibrary = false;

  // Initial contents at a link-time address; nothing where it is not wholly inside one segment.
  [[nodiscard]] std::optional<std::vector<std::uint8_t>> bytesAt(LinkAddr at, std::uint64_t size) const;
};

} // namespace livepatch

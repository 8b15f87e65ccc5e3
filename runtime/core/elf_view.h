// A bounds-checked view of a 64-bit ELF object: a file's bytes, or a module's image as it lies in a process.
//
// Nothing here trusts a number of the input: every access is checked, so a damaged or hostile object gives an Error.
// The bytes must outlive the view. It is not a linker's view: sections are ignored, because a loaded module has none.
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

using Bytes = std::span<const std::uint8_t>;

struct ElfSegment {
  std::uint32_t type = 0, flags = 0; // PT_*, PF_*
  LinkAddr address;
  std::uint64_t fileOffset = 0, fileSize = 0, memorySize = 0, align = 0;
  [[nodiscard]] LinkAddr end() const { return address + memorySize; } // checked not to overflow
};

struct ElfSymbol {
  std::string_view name;
  LinkAddr value; // for TLS: offset in the object's TLS block
  std::uint64_t size = 0;
  std::uint16_t section = 0; // SHN_*
  std::uint8_t type = 0, binding = 0, visibility = 0;
  // Defined: the version it has; undefined: the version it wants. Empty: none (or the base version).
  std::string_view version;
  std::string_view versionFile; // undefined only: SONAME of the library that is to have it
  bool hiddenVersion = false;   // defined with VERSYM_HIDDEN: "name@V", not "name@@V"
  [[nodiscard]] bool defined() const { return section != 0; }
};

struct ElfRelocation {
  LinkAddr at;
  std::uint32_t type = 0, symbol = 0; // symbol: index for ElfView::symbol, 0 = none
  std::int64_t addend = 0;
};

class ElfView {
public:
  // `name` is what messages call the object. For a 32-bit, big-endian or truncated object: Error.
  [[nodiscard]] static Result<ElfView> ofFile(Bytes file, std::string name);
  // `image` begins at the module's ELF header as mapped (link-time address of the first PT_LOAD, page-aligned down) and
  // may have zeros where pages were unreadable. The loader may have added the bias to addresses in the dynamic table.
  [[nodiscard]] static Result<ElfView> ofMemory(Bytes image, LoadBias bias, std::string name);

  [[nodiscard]] const std::string &name() const { return name_; }
  [[nodiscard]] std::uint16_t type() const { return type_; }       // ET_DYN, ET_EXEC
  [[nodiscard]] std::uint16_t machine() const { return machine_; } // EM_X86_64
  [[nodiscard]] const std::vector<ElfSegment> &segments() const { return segments_; }
  [[nodiscard]] const ElfSegment *segment(std::uint32_t type) const; // the first of that type, or null
  [[nodiscard]] LinkAddr lowestAddress() const { return lowest_; }   // of PT_LOAD, rounded down to a page
  [[nodiscard]] LinkAddr endAddress() const { return end_; }         // of PT_LOAD, not rounded

  [[nodiscard]] std::string buildId() const; // lower-case hex; empty: there is none
  [[nodiscard]] std::string_view soname() const { return soname_; }
  [[nodiscard]] const std::vector<std::string_view> &needed() const { return needed_; }
  [[nodiscard]] bool hasTextRelocations() const { return textRelocations_; }
  [[nodiscard]] bool bindsSymbolically() const { return symbolic_; }               // DT_SYMBOLIC, DF_SYMBOLIC
  [[nodiscard]] std::optional<std::uint64_t> dynamicEntry(std::int64_t tag) const; // raw d_un

  // Bytes that the object has at a link-time address (File: only what the file holds, no .bss).
  [[nodiscard]] Result<Bytes> bytesAt(LinkAddr at, std::uint64_t size) const;

  [[nodiscard]] std::size_t symbolCount() const { return symbolCount_; }
  [[nodiscard]] Result<ElfSymbol> symbol(std::size_t index) const;
  // All dynamic symbols of that name that are defined, or undefined with a value (see SymbolUse in core/resolve.h),
  // through the GNU hash table (or DT_HASH, or one by one).
  [[nodiscard]] Result<std::vector<ElfSymbol>> definitions(std::string_view name) const;

  // DT_RELA, DT_JMPREL and DT_RELR (as relocations of type `relativeType`), in this order.
  [[nodiscard]] Result<std::vector<ElfRelocation>> relocations(std::uint32_t relativeType) const;

private:
  struct Range {
    std::uint64_t address = 0, size = 0;
  };
  struct NamedVersion {
    std::string_view name, file;
  };
  [[nodiscard]] Result<void> readHeader();
  [[nodiscard]] Result<void> readDynamic();
  [[nodiscard]] Result<void> readVersions();
  [[nodiscard]] Result<void> countSymbols();
  [[nodiscard]] Result<void> appendRela(Range table, std::vector<ElfRelocation> &out) const;
  [[nodiscard]] Result<void> appendRelr(std::uint32_t relativeType, std::vector<ElfRelocation> &out) const;
  [[nodiscard]] Result<std::string_view> stringAt(std::uint64_t offset) const;
  [[nodiscard]] Result<std::uint64_t> dynamicAddress(std::uint64_t value) const; // bias taken off where it was added
  [[nodiscard]] Result<std::vector<ElfSymbol>> gnuHashDefinitions(std::string_view name) const;
  [[nodiscard]] Error damaged(std::string what) const;

  Bytes bytes_;
  bool inMemory_ = false;
  LoadBias bias_;
  std::string name_;
  std::uint16_t type_ = 0, machine_ = 0;
  std::vector<ElfSegment> segments_;
  LinkAddr lowest_, end_;
  std::vector<std::pair<std::int64_t, std::uint64_t>> dynamic_;
  Bytes strings_;
  std::uint64_t symbolTable_ = 0, versionTable_ = 0, gnuHash_ = 0, sysvHash_ = 0;
  std::size_t symbolCount_ = 0;
  std::vector<NamedVersion> versions_; // by version index
  std::string_view soname_;
  std::vector<std::string_view> needed_;
  bool textRelocations_ = false, symbolic_ = false;
};

} // namespace livepatch

// One linked build as the comparison sees it: what lies at an address, and what the program calls it.
//
// Plain data and look-ups, so that a test can make one up; read_built_program.cpp fills it from an ELF file.
#pragma once

#include "patchbuild/target/image.h"
#include "runtime/core/map.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace livepatch {

struct ProgramSection {
  std::string name;
  std::uint64_t address = 0, size = 0;
  bool executable = false, writable = false;
  [[nodiscard]] bool holds(std::uint64_t at) const { return at >= address && at - address < size; }
};

struct ProgramSymbol {
  std::string name;
  std::uint64_t address = 0, size = 0;
  bool local = false, function = false;
};

// A word that the dynamic loader fills in.
struct ProgramSlot {
  std::uint32_t type = 0;
  std::string symbol; // empty: `addend` is an address of the program itself
  std::uint64_t addend = 0;
};

// What the map knows of a symbol.
struct ProgramEntity {
  std::size_t unit = 0;
  const MapFunction *function = nullptr;
  const MapVariable *variable = nullptr;
  [[nodiscard]] const std::string &name() const { return function ? function->name : variable->name; }
  [[nodiscard]] Linkage linkage() const { return function ? function->linkage : variable->linkage; }
};

struct BuiltProgram {
  std::string path; // for messages
  Map map;
  std::vector<std::string> unitIds;   // of map.units
  std::vector<std::string> unitRoots; // the folders that these are relative to
  bool fixedAddresses = false;        // not position independent: code may hold addresses as plain numbers
  std::vector<ImageSegment> segments;
  std::vector<ProgramSection> sections; // loaded ones, sorted by address
  std::vector<ProgramSymbol> symbols;   // sorted by address; no thread-local ones
  std::map<std::uint64_t, ProgramSlot> slots;
  std::unordered_map<std::uint64_t, std::string> threadLocals; // names by offset in the block
  std::uint64_t threadBlock = 0, threadBlockSize = 0;          // its initial contents; size as aligned
  std::unordered_multimap<std::uint64_t, ProgramEntity> entities;
  std::unordered_multimap<std::string, ProgramEntity> entitiesByName;
  std::unordered_map<std::uint64_t, std::uint64_t> exceptionTables; // by function
  std::vector<std::uint64_t> starts; // sorted: every address that code or data refer to, and where symbols begin

  [[nodiscard]] const ProgramSection *sectionAt(std::uint64_t at) const;
  // The symbols that begin at the same address and whose extent holds `at`; the innermost. Empty: nothing named.
  [[nodiscard]] std::vector<const ProgramSymbol *> symbolsAt(std::uint64_t at) const;
  // The last symbols that begin below `at`, whether they reach so far or not.
  [[nodiscard]] std::vector<const ProgramSymbol *> symbolsBefore(std::uint64_t at) const;
  [[nodiscard]] const ProgramEntity *entityOf(const ProgramSymbol &symbol) const;
  [[nodiscard]] std::optional<std::vector<std::uint8_t>> bytesAt(std::uint64_t at, std::uint64_t size) const;
  // How many bytes lie between `at` and the next thing that anybody refers to.
  [[nodiscard]] std::uint64_t extentAt(std::uint64_t at) const;
};

} // namespace livepatch

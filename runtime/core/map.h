// The map of a patchable object: what was compiled into it, from where, and with which fingerprints.
//
// Pure data and its JSON form (docs/formats.md, sections 1 and 2). Reading the section out of an ELF file is
// patchbuild/map; this header knows nothing of files.
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

enum class Linkage { External, Internal, Weak, Linkonce };
enum class PaddingKind { None, Nop5, EndbrNop5 };

// Where in a function the redirectable 5-byte NOP begins.
struct Padding {
  PaddingKind kind = PaddingKind::None;
  std::uint32_t offset = 0; // bytes from the entry
};

struct MapFunction {
  std::string name;
  Linkage linkage = Linkage::External;
  bool hidden = false;
  bool defined = false;            // machine code of its own was emitted
  std::optional<LinkAddr> address; // in a linked object; absent where the linker dropped it or nothing was emitted
  std::uint64_t size = 0;          // bytes, from the symbol table; 0 where unknown
  std::string late, early;         // fingerprints after and before optimisation; empty where there is none
  std::string convention, type;
  std::string means; // what the names in `type` stand for, where that is something else
  Padding padding;
  std::vector<std::string> uses, calls, repeats, traits;
  std::string place;
  [[nodiscard]] bool has(std::string_view trait) const;
};

// A pointer inside an initialiser: at `offset` bytes stands the address of `symbol` plus `addend`.
struct InitialPointer {
  std::uint64_t offset = 0;
  std::string symbol;
  std::int64_t addend = 0;
};

// What is read and written as one: a number, a pointer, a whole array of characters.
struct InitialPiece {
  std::uint64_t offset = 0, size = 0;
};

struct MapVariable {
  std::string name, base, owner, type, means, content, place;
  std::string section{};   // that the source asks for
  std::string addressIs{}; // of a constant: "kept" or "compared", if it is more than read through
  Linkage linkage = Linkage::External;
  bool hidden = false, defined = false, tls = false, constant = false, dynamicInit = false;
  std::optional<LinkAddr> address; // for tls: offset in the module's TLS block
  std::uint64_t size = 0, align = 0;
  std::vector<std::string> uses;
  // Only in an analysis (map-out=): the initialiser. `bytes` is empty where it is all zero.
  std::vector<std::uint8_t> bytes;
  std::vector<InitialPointer> pointers;
  std::vector<InitialPiece> pieces{}; // of a struct or array; not written back to JSON
  bool opaque = false;                // it holds something else besides (a label, a difference of addresses)
};

struct MapAlias {
  std::string name, target;
  bool ifunc = false;
  Linkage linkage = Linkage::External;
  std::optional<LinkAddr> address;
};

// A lambda of the unit: its number is part of the names of all code and data that belong to closures of its type.
struct MapLambda {
  std::string scope, context; // where the number counts; the function or variable that it stands in
  std::string shape;          // parameters and captures
  std::string text;           // hash of its tokens
  std::string name;           // "_ZTSZ1fvEUlvE_", the name of its type; empty in a template
  std::string place;
  std::uint64_t number = 0;
  // Only in an analysis: the target's lambdas that this one may have been, and is not taken for.
  std::vector<std::uint64_t> replaces;
  bool ambiguous = false; // it is one of them, and nothing tells which
};

struct RecordField {
  std::string name, type;
  std::uint64_t bitOffset = 0;
  std::string means{}; // as for a function
};

// Only in an analysis: what one unit does with a record type.
struct RecordUses {
  std::string escape{}; // why objects of it may be seen by others than locals of functions; empty: none
  std::vector<std::string> signatures{}; // functions of the unit whose parameters or result speak of it
  std::vector<std::string> handsTo{};    // functions of other units that get it
};

struct RecordLayout {
  std::string hash, name, kind, place;
  std::optional<RecordUses> uses{}; // none: not analysed
  std::uint64_t size = 0, align = 0;
  std::vector<RecordField> fields;
  std::vector<std::pair<std::string, std::uint64_t>> bases; // name, offset in bytes
  std::vector<std::string> vtable;
  std::vector<std::pair<std::string, std::int64_t>> enumerators;
};

struct Compiler {
  std::string name, version, executable;
  int plugin = 0;
};

struct MapUnit {
  std::string source, directory, optimization;
  std::vector<std::string> command, moduleFlags, files, types;
  std::vector<std::string> contents; // a hash of each of `files`, as it was compiled; empty: not recorded
  Compiler compiler;
  bool fileAsm = false;
  std::vector<MapFunction> functions;
  std::vector<MapVariable> variables;
  std::vector<MapAlias> aliases;
  std::vector<MapLambda> lambdas;
  [[nodiscard]] std::string sourcePath() const; // absolute, lexically normal
};

using RecordTable = std::map<std::string, RecordLayout>; // by hash

struct MapObject {
  std::string path, soname, buildId, machine;
  bool pie = false;
};

struct Map {
  MapObject object;
  std::vector<MapUnit> units;
  RecordTable types;
};

// Reads and writes the .lpmap form. `where` names the input in messages. Hostile input gives an Error, never a crash.
[[nodiscard]] Result<Map> parseMap(std::string_view json, const std::string &where);
[[nodiscard]] std::string printMap(const Map &map);
// One unit, one record layout: JSON on one line.
[[nodiscard]] std::string printUnitText(const MapUnit &unit);
[[nodiscard]] std::string printRecordText(const RecordLayout &record);
// The file that the plugin's argument `lambdas=` names.
[[nodiscard]] std::string printLambdas(const std::vector<MapLambda> &lambdas);

// One unit as the plugin writes it: in a chunk of the section (`addresses` given; 0 = dropped by the linker), or as an
// analysis file (no addresses; `records` receives the layouts that stand in the same file).
[[nodiscard]] Result<MapUnit> parseUnit(std::string_view json, const std::vector<std::uint64_t> *addresses,
                                        RecordTable *records, const std::string &where);
[[nodiscard]] Result<RecordLayout> parseRecord(std::string_view json, const std::string &where);

} // namespace livepatch

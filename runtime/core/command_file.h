// The command file NAME.cmd: Pannus's J, V and P lines (docs/formats.md, section 6).
//
// Text in, commands out, and back. Symbols are names only here; core/symbol_table.h finds them.
#pragma once

#include "runtime/core/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace livepatch {

// `name` may be qualified ("src/acl.c:helper"); `offset` is what stood behind "+".
struct SymbolReference {
  std::string name;
  std::uint64_t offset = 0;
  bool operator==(const SymbolReference &) const = default;
};

struct NullPointerGuard { // if=0
  bool operator==(const NullPointerGuard &) const = default;
};
struct BytesGuard { // if=<hex>
  std::vector<std::uint8_t> bytes;
  bool operator==(const BytesGuard &) const = default;
};
struct SymbolGuard { // if=&name: the pointer still points at that symbol of the target
  SymbolReference symbol;
  bool operator==(const SymbolGuard &) const = default;
};
using Guard = std::variant<NullPointerGuard, BytesGuard, SymbolGuard>;

// What a P line names where the pointer is to become null.
inline constexpr std::string_view nullPatchSymbol = "0";

enum class CommandKind { Jump, Value, Pointer };

struct Command {
  CommandKind kind = CommandKind::Jump;
  SymbolReference target;
  SymbolReference patch;           // Jump: a function of the patch; Pointer: what it shall point at, or nullPatchSymbol
  std::vector<std::uint8_t> bytes; // Value: what to write, never empty
  std::optional<Guard> guard;      // Value: BytesGuard of as many bytes; Pointer: any of the three
  std::size_t line = 0;            // 1-based; 0 for a command that was never text. Not part of equality.
  bool operator==(const Command &other) const {
    return kind == other.kind && target == other.target && patch == other.patch && bytes == other.bytes &&
           guard == other.guard;
  }
};

using CommandFile = std::vector<Command>;

// An Error names `where`, line and column: "fix.cmd:3:7: ...".
[[nodiscard]] Result<CommandFile> parseCommandFile(std::string_view text, const std::string &where);

// parseCommandFile(printCommandFile(f)) == f. White space and backslashes in names are written as \xHH.
[[nodiscard]] std::string printCommandFile(const CommandFile &file);

} // namespace livepatch

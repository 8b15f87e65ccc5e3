#include "patchbuild/map/join.h"

#include "runtime/arch/architecture.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {
namespace {

const ElfFacts::Symbol *symbolAt(const ElfFacts &facts, LinkAddr at, const std::string &name, bool tls) {
  const auto [begin, end] = facts.symbols.equal_range(at.value);
  for (auto symbol = begin; symbol != end; ++symbol)
    if (symbol->second.name == name && symbol->second.tls == tls)
      return &symbol->second;
  return nullptr;
}

void joinFunction(MapFunction &function, const ElfFacts &facts) {
  if (!function.address)
    return;
  if (const auto *symbol = symbolAt(facts, *function.address, function.name, false))
    function.size = symbol->size;
}

void joinVariable(MapVariable &variable, const ElfFacts &facts) {
  if (!variable.address)
    return;
  const auto *symbol = symbolAt(facts, *variable.address, variable.name, variable.tls);
  if (symbol && symbol->size)
    variable.size = symbol->size;
  // Offset 0 of the TLS block is what a dropped thread-local variable reads as, too; the symbol table knows better.
  if (!symbol && variable.tls && variable.address->value == 0 && !facts.stripped)
    variable.address.reset();
}

// The plugin asked for padding; whether it is there, only the linked bytes can say (another pass or a linker that
// rewrites code may have been in between).
bool paddingIsThere(const MapFunction &function, const ElfFacts &facts, const Architecture &architecture) {
  const std::size_t offset = function.padding.offset;
  // The jump is written with one aligned 8-byte store: the padding must not leave the word it begins in.
  if ((function.address->value + offset) % 8 + architecture.entrySize > 8)
    return false;
  const auto bytes = facts.textAt(*function.address, offset + architecture.entrySize);
  return !bytes.empty() && architecture.findEntryPadding(bytes) == offset;
}

} // namespace

void verifyPadding(Map &map, const ElfFacts &facts) {
  const auto architecture = architectureNamed(map.object.machine);
  for (MapUnit &unit : map.units)
    for (MapFunction &function : unit.functions) {
      if (!function.address || function.padding.kind == PaddingKind::None)
        continue;
      if (!architecture.ok() || !paddingIsThere(function, facts, **architecture))
        function.padding = {};
    }
}

Result<Map> joinMap(const std::vector<Chunk> &chunks, const ElfFacts &facts, const std::string &where) {
  Map map;
  map.object = facts.object;
  for (const Chunk &chunk : chunks) {
    const std::string place = fmt::format("{}: map chunk at offset {}", where, chunk.offset);
    if (chunk.kind == ChunkKind::Type) {
      LP_TRY_ASSIGN(RecordLayout record, parseRecord(chunk.json, place));
      std::string hash = record.hash;
      map.types.emplace(std::move(hash), std::move(record));
      continue;
    }
    LP_TRY_ASSIGN(MapUnit unit, parseUnit(chunk.json, &chunk.addresses, nullptr, place));
    for (MapFunction &function : unit.functions)
      joinFunction(function, facts);
    for (MapVariable &variable : unit.variables)
      joinVariable(variable, facts);
    map.units.push_back(std::move(unit));
  }
  // Link order says nothing about the sources; sorted, the same build gives the same file whatever the linker did.
  std::stable_sort(map.units.begin(), map.units.end(),
                   [](const MapUnit &a, const MapUnit &b) { return a.sourcePath() < b.sourcePath(); });
  verifyPadding(map, facts);
  return map;
}

} // namespace livepatch

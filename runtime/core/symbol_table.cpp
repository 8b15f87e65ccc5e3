// Lookup, and tables made of manifests and maps. The text of nm is symbol_table_nm.cpp.
#include "runtime/core/symbol_table.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <tuple>

namespace livepatch {
namespace {

// "src/acl.c:helper" -> unit "src/acl.c", name "helper". The last colon divides: C++ symbols are mangled, and
// Objective-C's are not ours; a path may hold colons.
std::pair<std::string_view, std::string_view> splitQualified(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  if (colon == std::string_view::npos)
    return {{}, name};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

// "acl.c" and "src/acl.c" are tails of "lib/src/acl.c"; "cl.c" is none.
bool isPathTail(std::string_view path, std::string_view tail) {
  if (!path.ends_with(tail))
    return false;
  return path.size() == tail.size() || path[path.size() - tail.size() - 1] == '/';
}

std::pair<std::string_view, std::uint64_t> splitOffset(std::string_view name) {
  const std::size_t plus = name.rfind("+0x");
  if (plus == std::string_view::npos)
    return {name, 0};
  const std::string_view digits = name.substr(plus + 3);
  std::uint64_t offset = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), offset, 16);
  if (digits.empty() || failure != std::errc{} || end != digits.data() + digits.size())
    return {name, 0};
  return {name.substr(0, plus), offset};
}

SymbolKind kindOf(ManifestSymbolKind kind) {
  switch (kind) {
  case ManifestSymbolKind::Function:
    return SymbolKind::Function;
  case ManifestSymbolKind::Object:
    return SymbolKind::Object;
  case ManifestSymbolKind::Tls:
    break;
  }
  return SymbolKind::Tls;
}

TargetSymbol qualifiedSymbol(std::string_view name, SymbolKind kind, std::size_t object, LinkAddr address) {
  const auto [unit, base] = splitQualified(name);
  TargetSymbol symbol;
  symbol.name = base;
  symbol.unit = unit;
  symbol.kind = kind;
  symbol.object = object;
  symbol.address = address;
  return symbol;
}

} // namespace

void SymbolTable::index() {
  const auto key = [](const TargetSymbol &s) { return std::tie(s.object, s.address, s.name, s.unit); };
  std::stable_sort(symbols_.begin(), symbols_.end(),
                   [&](const TargetSymbol &a, const TargetSymbol &b) { return key(a) < key(b); });
  // Manifests name a function under "redirects" and may name it again under "symbols": one entry with what both say.
  std::vector<TargetSymbol> merged;
  for (TargetSymbol &symbol : symbols_) {
    if (merged.empty() || key(merged.back()) != key(symbol) || merged.back().kind != symbol.kind) {
      merged.push_back(std::move(symbol));
      continue;
    }
    merged.back().size = std::max(merged.back().size, symbol.size);
    if (!merged.back().padding)
      merged.back().padding = symbol.padding;
  }
  symbols_ = std::move(merged);
  byName_.clear();
  for (std::size_t i = 0; i < symbols_.size(); ++i)
    byName_.emplace(symbols_[i].name, i);
}

SymbolTable SymbolTable::ofManifest(const Manifest &manifest) {
  SymbolTable table;
  for (const ManifestRedirect &redirect : manifest.redirects) {
    table.symbols_.push_back(qualifiedSymbol(redirect.target, SymbolKind::Function, redirect.object, redirect.address));
    table.symbols_.back().size = redirect.size;
    table.symbols_.back().padding = redirect.padding;
  }
  for (const ManifestData &data : manifest.data) {
    // "table+0x10" at some address stands for `table`, which begins that many bytes before.
    const auto [name, offset] = splitOffset(data.target);
    if (offset > data.address.value)
      continue; // cannot be: the command that needs it will not find it
    const LinkAddr begin{data.address.value - offset};
    table.symbols_.push_back(qualifiedSymbol(name, SymbolKind::Object, data.object, begin));
    table.symbols_.back().size = offset + data.size;
  }
  for (const ManifestSymbol &symbol : manifest.symbols)
    table.symbols_.push_back(qualifiedSymbol(symbol.name, kindOf(symbol.kind), symbol.object, symbol.address));
  table.index();
  return table;
}

SymbolTable SymbolTable::ofMap(const Map &map) {
  SymbolTable table;
  const auto add = [&](const std::string &name, const MapUnit &unit, SymbolKind kind,
                       const std::optional<LinkAddr> &address) -> TargetSymbol * {
    if (!address)
      return nullptr; // nothing was emitted, or the linker dropped it
    TargetSymbol symbol;
    symbol.name = name;
    symbol.unit = unit.source;
    symbol.kind = kind;
    symbol.address = *address;
    table.symbols_.push_back(std::move(symbol));
    return &table.symbols_.back();
  };
  for (const MapUnit &unit : map.units) {
    for (const MapFunction &function : unit.functions)
      if (TargetSymbol *symbol = add(function.name, unit, SymbolKind::Function, function.address)) {
        symbol->size = function.size;
        symbol->padding = function.padding;
      }
    for (const MapVariable &variable : unit.variables)
      if (TargetSymbol *symbol =
              add(variable.name, unit, variable.tls ? SymbolKind::Tls : SymbolKind::Object, variable.address))
        symbol->size = variable.size;
    for (const MapAlias &alias : unit.aliases)
      add(alias.name, unit, alias.ifunc ? SymbolKind::Ifunc : SymbolKind::Unknown, alias.address);
  }
  table.index();
  return table;
}

Result<SymbolTable> SymbolTable::ofMapfile(std::string_view text, const std::string &where) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') {
    LP_TRY_ASSIGN(const Map map, parseMap(text, where));
    return ofMap(map);
  }
  return ofNm(text, where);
}

Result<TargetSymbol> SymbolTable::find(std::string_view name) const {
  const auto [unit, base] = splitQualified(name);
  std::vector<const TargetSymbol *> found;
  const auto [begin, end] = byName_.equal_range(base);
  for (auto at = begin; at != end; ++at) {
    const TargetSymbol &symbol = symbols_[at->second];
    // Where the table does not know units (nm), a qualification cannot be checked: the name decides if it is unique.
    if (!unit.empty() && !symbol.unit.empty() && !isPathTail(symbol.unit, unit))
      continue;
    found.push_back(&symbol);
  }
  if (found.empty())
    return error(Fault::NotFound, fmt::format("the target has no symbol {}", name),
                 "look for the name in the target's map; a static one is written as file.c:name");

  // A linkonce definition stands in every unit's list with one address: that is one symbol.
  const TargetSymbol *best = found.front();
  const auto differs = [&](const TargetSymbol *s) {
    return s->object != best->object || s->address != best->address ||
           (s->kind == SymbolKind::Tls) != (best->kind == SymbolKind::Tls);
  };
  if (std::any_of(found.begin(), found.end(), differs)) {
    // One that has the whole path beats those that only share its tail.
    std::erase_if(found, [&, unit = unit](const TargetSymbol *s) { return unit.empty() || s->unit != unit; });
    if (!found.empty())
      best = found.front();
    if (found.empty() || std::any_of(found.begin(), found.end(), differs)) {
      std::string candidates;
      for (auto at = begin; at != end; ++at) {
        const TargetSymbol &symbol = symbols_[at->second];
        candidates +=
            fmt::format("{}{} at {:#x}", candidates.empty() ? "" : ", ", symbol.qualifiedName(), symbol.address.value);
      }
      return error(Fault::Refused, fmt::format("the symbol {} is ambiguous: {}", name, candidates),
                   "write it as file.c:name with as much of the path as makes it unique");
    }
  }
  // Prefer the entry that says most.
  for (const TargetSymbol *s : found)
    if (!best->padding && s->padding)
      best = s;
  return *best;
}

const TargetSymbol *SymbolTable::functionAt(std::size_t object, LinkAddr at) const {
  auto next =
      std::upper_bound(symbols_.begin(), symbols_.end(), std::tie(object, at),
                       [](const auto &key, const TargetSymbol &s) { return key < std::tie(s.object, s.address); });
  while (next != symbols_.begin()) {
    const TargetSymbol &symbol = *--next;
    if (symbol.object != object)
      return nullptr;
    if (symbol.kind != SymbolKind::Function)
      continue;
    return at.value - symbol.address.value < symbol.size ? &symbol : nullptr;
  }
  return nullptr;
}

} // namespace livepatch

// Finds things in the target's map: who defines a name, and who uses it.
#pragma once

#include "runtime/core/map.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace livepatch {

// One symbol of the map; exactly one of the three pointers is set.
struct BaseSymbol {
  std::size_t unit = 0;
  const MapFunction *function = nullptr;
  const MapVariable *variable = nullptr;
  const MapAlias *alias = nullptr;
  [[nodiscard]] std::optional<LinkAddr> address() const;
  [[nodiscard]] Linkage linkage() const;
  [[nodiscard]] const std::string &place() const;
};

struct BaseUser {
  std::size_t unit = 0;
  const MapFunction *function = nullptr; // or a variable whose initialiser points there
  const MapVariable *variable = nullptr;
  [[nodiscard]] const std::string &name() const { return function ? function->name : variable->name; }
};

class BaseIndex {
public:
  // `foreign`: names that the target's libraries define, too.
  BaseIndex(const Map &map, std::string_view recordedRoot, std::set<std::string> foreign = {});

  [[nodiscard]] const Map &map() const { return *map_; }
  [[nodiscard]] const std::string &unitId(std::size_t unit) const { return ids_[unit]; }
  [[nodiscard]] std::size_t indexOf(const MapUnit &unit) const;

  // A symbol that other units can name. Of several (weak, COMDAT) one that has an address.
  [[nodiscard]] const BaseSymbol *external(const std::string &name) const;
  [[nodiscard]] const BaseSymbol *inUnit(std::size_t unit, const std::string &name) const;

  // Machine code and initialisers that refer to the symbol. A local symbol has users in its own unit only; a name of
  // another unit's local symbol is not a use.
  [[nodiscard]] std::vector<BaseUser> users(const BaseSymbol &symbol) const;

  // The same of a name that nothing in the map need define.
  [[nodiscard]] const std::vector<BaseUser> &usersOfName(const std::string &name) const;

  // How the patch names it: "name", or "src/a.c:name" for a local one (formats.md, section 5). So it is called, too,
  // where a library has the name: the linker would give the plain one the library's version, and bind it there.
  [[nodiscard]] std::string patchName(const BaseSymbol &symbol) const;

  // The symbol that begins there, or null. Thread-locals are not at an address.
  [[nodiscard]] const BaseSymbol *at(LinkAddr address) const;

  // Another unit's strong definition overrides this weak one.
  [[nodiscard]] bool overridden(const std::string &name, std::size_t unit) const;

private:
  const Map *map_;
  std::vector<std::string> ids_;
  std::set<std::string> foreign_;
  std::vector<std::unordered_map<std::string, BaseSymbol>> byUnit_;
  std::unordered_map<std::string, std::vector<BaseSymbol>> external_;
  std::unordered_map<std::string, std::vector<BaseUser>> users_;
  std::unordered_map<std::uint64_t, BaseSymbol> byAddress_;
};

[[nodiscard]] const std::string &symbolName(const BaseSymbol &symbol);

} // namespace livepatch

#include "patchbuild/decide/base_index.h"

#include "patchbuild/source/change.h"

namespace livepatch {

std::optional<LinkAddr> BaseSymbol::address() const {
  if (function)
    return function->address;
  return variable ? variable->address : alias->address;
}

Linkage BaseSymbol::linkage() const {
  if (function)
    return function->linkage;
  return variable ? variable->linkage : alias->linkage;
}

const std::string &BaseSymbol::place() const {
  static const std::string nowhere;
  if (function)
    return function->place;
  return variable ? variable->place : nowhere;
}

const std::string &symbolName(const BaseSymbol &symbol) {
  if (symbol.function)
    return symbol.function->name;
  return symbol.variable ? symbol.variable->name : symbol.alias->name;
}

BaseIndex::BaseIndex(const Map &map, std::string_view recordedRoot, std::set<std::string> foreign)
    : map_(&map), foreign_(std::move(foreign)), byUnit_(map.units.size()) {
  for (const MapUnit &unit : map.units)
    ids_.push_back(livepatch::unitId(unit, recordedRoot));
  numberSameSources(ids_);
  for (std::size_t index = 0; index < map.units.size(); ++index) {
    const MapUnit &unit = map.units[index];
    const auto enter = [&](BaseSymbol symbol) {
      symbol.unit = index;
      const std::string &name = symbolName(symbol);
      byUnit_[index].emplace(name, symbol);
      if (symbol.linkage() != Linkage::Internal)
        external_[name].push_back(symbol);
      if (symbol.address() && !(symbol.variable && symbol.variable->tls))
        byAddress_.emplace(symbol.address()->value, symbol);
    };
    for (const MapFunction &function : unit.functions) {
      enter({.function = &function});
      // Code that the linker dropped uses nothing.
      if (function.address)
        for (const std::string &used : function.uses)
          users_[used].push_back({index, &function, nullptr});
    }
    for (const MapVariable &variable : unit.variables) {
      enter({.variable = &variable});
      for (const std::string &used : variable.uses)
        users_[used].push_back({index, nullptr, &variable});
    }
    for (const MapAlias &alias : unit.aliases)
      enter({.alias = &alias});
  }
}

std::size_t BaseIndex::indexOf(const MapUnit &unit) const {
  return static_cast<std::size_t>(&unit - map_->units.data());
}

const BaseSymbol *BaseIndex::external(const std::string &name) const {
  const auto found = external_.find(name);
  if (found == external_.end())
    return nullptr;
  const BaseSymbol *best = &found->second.front();
  for (const BaseSymbol &symbol : found->second) {
    if (!symbol.address())
      continue;
    // A strong definition is the live one.
    if (!best->address() || (best->linkage() != Linkage::External && symbol.linkage() == Linkage::External))
      best = &symbol;
  }
  return best;
}

const BaseSymbol *BaseIndex::inUnit(std::size_t unit, const std::string &name) const {
  const auto found = byUnit_[unit].find(name);
  return found == byUnit_[unit].end() ? nullptr : &found->second;
}

std::vector<BaseUser> BaseIndex::users(const BaseSymbol &symbol) const {
  std::vector<BaseUser> out;
  const std::string &name = symbolName(symbol);
  const auto found = users_.find(name);
  if (found == users_.end())
    return out;
  const bool local = symbol.linkage() == Linkage::Internal;
  for (const BaseUser &user : found->second) {
    if (local && user.unit != symbol.unit)
      continue;
    if (!local && user.unit != symbol.unit) {
      const BaseSymbol *own = inUnit(user.unit, name);
      if (own && own->linkage() == Linkage::Internal)
        continue;
    }
    if (user.function == symbol.function && user.variable == symbol.variable)
      continue; // recursion
    out.push_back(user);
  }
  return out;
}

const std::vector<BaseUser> &BaseIndex::usersOfName(const std::string &name) const {
  static const std::vector<BaseUser> none;
  const auto found = users_.find(name);
  return found == users_.end() ? none : found->second;
}

const BaseSymbol *BaseIndex::at(LinkAddr address) const {
  const auto found = byAddress_.find(address.value);
  return found == byAddress_.end() ? nullptr : &found->second;
}

std::string BaseIndex::patchName(const BaseSymbol &symbol) const {
  const std::string &name = symbolName(symbol);
  if (symbol.linkage() == Linkage::Internal)
    return ids_[symbol.unit] + ":" + name;
  if (!foreign_.contains(name))
    return name;
  // An inline function has a copy in each unit, and the linker kept one of them: one thing needs one name.
  const BaseSymbol *kept = external(name);
  return ids_[kept && kept->address() == symbol.address() ? kept->unit : symbol.unit] + ":" + name;
}

bool BaseIndex::overridden(const std::string &name, std::size_t unit) const {
  const auto found = external_.find(name);
  if (found == external_.end())
    return false;
  for (const BaseSymbol &symbol : found->second)
    if (symbol.unit != unit && symbol.linkage() == Linkage::External && symbol.address())
      return true;
  return false;
}

} // namespace livepatch

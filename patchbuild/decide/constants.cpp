#include "patchbuild/decide/constants.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {

namespace {

// C++ emits these as constant data, but their meaning lies in their address and their slots: vtables.cpp has them.
bool isRuntimeTypeData(const std::string &name) {
  return name.starts_with("_ZTV") || name.starts_with("_ZTI") || name.starts_with("_ZTS") || name.starts_with("_ZTT");
}

bool changedConstant(const ComparedVariable &variable) {
  return variable.base && variable.base->constant && variable.now->constant && variable.base->address &&
         (variable.base->content != variable.now->content || variable.base->size != variable.now->size);
}

// One round: everything that refers to a replaced constant. True when something was added.
bool spread(Deciding &deciding) {
  bool added = false;
  for (ComparedUnit &unit : deciding.comparison.units) {
    for (auto &[name, variable] : unit.variables) {
      if (variable.replaced || !variable.now->constant || !variable.base || isRuntimeTypeData(name))
        continue;
      for (const std::string &used : variable.now->uses) {
        if (!replacedConstant(deciding, unit, used))
          continue;
        variable.replaced = added = true;
        break;
      }
    }
    for (auto &[name, function] : unit.functions) {
      for (const std::string &used : function.now->uses) {
        if (!replacedConstant(deciding, unit, used))
          continue;
        std::string reason = "uses-constant " + used;
        if (std::find(function.because.begin(), function.because.end(), reason) != function.because.end())
          continue;
        function.because.push_back(std::move(reason));
        added = true;
      }
    }
  }
  return added;
}

void requireUsers(Deciding &deciding, const ComparedVariable &variable) {
  const BaseSymbol *symbol = deciding.index.inUnit(variable.baseUnit, variable.base->name);
  if (!symbol || symbol->linkage() == Linkage::Internal)
    return;
  for (const BaseUser &user : deciding.index.users(*symbol))
    if (!deciding.comparison.concerns(user.unit))
      deciding.verdict.neededUnits.insert(user.unit);
  if (!deciding.image.exported.contains(variable.base->name))
    return;
  deciding.refuse({.rule = "constant-escapes",
                   .thing = variable.now->name,
                   .place = variable.now->place,
                   .oldDefinition = describe(*variable.base),
                   .newDefinition = describe(*variable.now),
                   .oldPlace = variable.base->place,
                   .users = userNames(deciding, deciding.index.users(*symbol)),
                   .why = "the constant is exported: other objects in the process may read the old value, and "
                          "read-only data is not rewritten",
                   .remedy = "keep the old constant and let the changed functions use a new one"});
}

// The patch brings its own copy, at another address. What the running program has stored leads to the old one.
void checkAddress(Deciding &deciding, const ComparedVariable &variable) {
  const MapVariable &old = *variable.base;
  const MapVariable &now = *variable.now;
  // Tables that the compiler made are nobody's objects.
  if (!old.address || now.type.empty() || (old.addressIs.empty() && now.addressIs.empty()))
    return;
  if (now.addressIs != "compared")
    return deciding.warn("constant-kept", now.name, now.place,
                         fmt::format("{} is a constant whose address is stored or handed on: what the running program "
                                     "holds leads to the old one, with its old value",
                                     now.name));
  const BaseSymbol *symbol = deciding.index.inUnit(variable.baseUnit, old.name);
  deciding.refuse({.rule = "constant-compared",
                   .thing = now.name,
                   .place = now.place,
                   .oldDefinition = describe(old),
                   .newDefinition = describe(now),
                   .oldPlace = old.place,
                   .users = symbol ? userNames(deciding, deciding.index.users(*symbol)) : std::vector<std::string>{},
                   .why = "its value changes, so the patch brings a copy of its own; the new code compares addresses "
                          "with that copy's, and the running program holds the old one's",
                   .remedy = "keep the constant as it is, and let the changed functions use a new one where they need "
                             "the new value"});
}

} // namespace

const ComparedVariable *replacedConstant(const Deciding &deciding, const ComparedUnit &unit, const std::string &name) {
  if (const auto own = unit.variables.find(name); own != unit.variables.end())
    return own->second.replaced ? &own->second : nullptr;
  for (const ComparedUnit &other : deciding.comparison.units) {
    const auto found = other.variables.find(name);
    if (found != other.variables.end() && found->second.replaced && found->second.now->linkage != Linkage::Internal)
      return &found->second;
  }
  return nullptr;
}

void replaceConstants(Deciding &deciding) {
  for (ComparedUnit &unit : deciding.comparison.units)
    for (auto &[name, variable] : unit.variables)
      if (!isRuntimeTypeData(name) && changedConstant(variable))
        variable.replaced = true;
  while (spread(deciding)) {
  }
  for (const ComparedUnit &unit : deciding.comparison.units)
    for (const auto &[name, variable] : unit.variables)
      if (variable.replaced) {
        requireUsers(deciding, variable);
        checkAddress(deciding, variable);
      }
}

} // namespace livepatch

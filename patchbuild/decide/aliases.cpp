#include "patchbuild/decide/aliases.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {

namespace {

std::string describe(const MapAlias &alias) {
  return fmt::format("{} of {}", alias.ifunc ? "indirect function, resolver" : "alias", alias.target);
}

// The same thing, perhaps under another name now.
bool sameTarget(const ComparedUnit &unit, const MapAlias &old, const MapAlias &now) {
  if (old.ifunc != now.ifunc)
    return false;
  const auto function = unit.functions.find(now.target);
  if (function != unit.functions.end() && function->second.base)
    return function->second.base->name == old.target;
  const auto variable = unit.variables.find(now.target);
  if (variable != unit.variables.end() && variable->second.base)
    return variable->second.base->name == old.target;
  return old.target == now.target;
}

std::string placeOf(const ComparedUnit &unit, const std::string &name) {
  if (const auto function = unit.functions.find(name); function != unit.functions.end())
    return function->second.now->place;
  if (const auto variable = unit.variables.find(name); variable != unit.variables.end())
    return variable->second.now->place;
  return {};
}

class Check {
public:
  Check(Deciding &deciding, const ComparedUnit &unit) : deciding_(deciding), unit_(unit) {}

  void run() {
    for (const MapAlias &old : deciding_.index.map().units[unit_.baseIndex].aliases)
      if (old.address)
        wasAlias(old);
    for (const auto &[name, alias] : unit_.aliases)
      becomesAlias(name, *alias);
  }

private:
  void wasAlias(const MapAlias &old) {
    const BaseSymbol *target = deciding_.index.inUnit(unit_.baseIndex, old.target);
    const std::string oldPlace = target ? target->place() : std::string();
    if (const auto alias = unit_.aliases.find(old.name); alias != unit_.aliases.end()) {
      if (!sameTarget(unit_, old, *alias->second))
        refuse(old.name, placeOf(unit_, alias->second->target), describe(old), describe(*alias->second), oldPlace);
    } else if (const auto function = unit_.functions.find(old.name); function != unit_.functions.end()) {
      refuse(old.name, function->second.now->place, describe(old), livepatch::describe(*function->second.now),
             oldPlace);
    } else if (const auto variable = unit_.variables.find(old.name); variable != unit_.variables.end()) {
      refuse(old.name, variable->second.now->place, describe(old), livepatch::describe(*variable->second.now),
             oldPlace);
    }
  }

  void becomesAlias(const std::string &name, const MapAlias &now) {
    const BaseSymbol *old = deciding_.index.inUnit(unit_.baseIndex, name);
    if (!old || old->alias || !old->address())
      return;
    refuse(name, placeOf(unit_, now.target),
           old->function ? livepatch::describe(*old->function) : livepatch::describe(*old->variable), describe(now),
           old->place());
  }

  void refuse(const std::string &name, std::string place, std::string old, std::string now, std::string oldPlace) {
    const BaseSymbol *symbol = deciding_.index.inUnit(unit_.baseIndex, name);
    deciding_.refuse({.rule = "alias",
                      .thing = name,
                      .place = place.empty() ? unit_.compiled->unit.source + ":1" : std::move(place),
                      .oldDefinition = std::move(old),
                      .newDefinition = std::move(now),
                      .oldPlace = std::move(oldPlace),
                      .users = userNames(deciding_, deciding_.index.users(*symbol)),
                      .why = "in the running program the name and what it is an alias of are one address: code that "
                             "has it can be led to one place only",
                      .remedy = "leave the alias as it is, and change the body of the function behind it"});
  }

  Deciding &deciding_;
  const ComparedUnit &unit_;
};

} // namespace

void checkAliases(Deciding &deciding) {
  for (const ComparedUnit &unit : deciding.comparison.units)
    if (!unit.isNew())
      Check(deciding, unit).run();
}

} // namespace livepatch

#include "patchbuild/decide/rebound_names.h"

#include "patchbuild/source/change.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

namespace livepatch {

namespace {

// What a name means in the new program: something that a new compile defines, something of the target that stays as it
// is, or nothing of the program's (a library has it, or nobody).
struct NewMeaning {
  const ComparedUnit *unit = nullptr;
  const ComparedFunction *function = nullptr;
  const ComparedVariable *variable = nullptr;
  const MapAlias *alias = nullptr;
  const BaseSymbol *kept = nullptr;
};

// The compiler makes these in each unit that needs them, all alike.
bool isShared(Linkage linkage) {
  return linkage == Linkage::Linkonce;
}

class Rebinding {
public:
  explicit Rebinding(Deciding &deciding) : deciding_(deciding) {
    std::set<std::string> removed;
    for (const ChangedFile &file : deciding.change.changed)
      if (file.removed())
        removed.insert(file.relativePath);
    for (std::size_t index = 0; index < base().units.size(); ++index)
      if (deciding.comparison.concerns(index) ||
          removed.contains(unitId(base().units[index], deciding.change.recordedRoot)))
        replaced_.insert(index);
    for (const ComparedUnit &unit : deciding.comparison.units) {
      const auto enter = [&](const auto &definitions, auto linkageOf) {
        for (const auto &[name, definition] : definitions)
          if (linkageOf(definition) != Linkage::Internal)
            definedBy_.try_emplace(name, &unit);
      };
      enter(unit.functions, [](const ComparedFunction &function) { return function.now->linkage; });
      enter(unit.variables, [](const ComparedVariable &variable) { return variable.now->linkage; });
      enter(unit.aliases, [](const MapAlias *alias) { return alias->linkage; });
    }
  }

  void run() {
    for (ComparedUnit &unit : deciding_.comparison.units)
      if (!unit.isNew())
        checkFunctions(unit);
    for (const ComparedUnit &unit : deciding_.comparison.units)
      checkAdded(unit);
    for (const std::size_t unit : replaced_)
      checkRemoved(base().units[unit], unit);
  }

private:
  const Map &base() const { return deciding_.index.map(); }

  const BaseSymbol *oldMeaning(std::size_t unit, const std::string &name) const {
    const BaseSymbol *own = deciding_.index.inUnit(unit, name);
    return own && own->linkage() == Linkage::Internal ? own : deciding_.index.external(name);
  }

  static NewMeaning definedIn(const ComparedUnit &unit, const std::string &name, bool local) {
    const auto visible = [&](Linkage linkage) { return local || linkage != Linkage::Internal; };
    if (const auto found = unit.functions.find(name);
        found != unit.functions.end() && visible(found->second.now->linkage))
      return {.unit = &unit, .function = &found->second};
    if (const auto found = unit.variables.find(name);
        found != unit.variables.end() && visible(found->second.now->linkage))
      return {.unit = &unit, .variable = &found->second};
    if (const auto found = unit.aliases.find(name); found != unit.aliases.end() && visible(found->second->linkage))
      return {.unit = &unit, .alias = found->second};
    return {};
  }

  NewMeaning newMeaning(const ComparedUnit &unit, const std::string &name) const {
    if (NewMeaning own = definedIn(unit, name, true); own.unit)
      return own;
    if (const auto other = definedBy_.find(name); other != definedBy_.end())
      return definedIn(*other->second, name, false);
    return {.kept = keptDefinition(name)};
  }

  // Of a unit that stays as it is.
  const BaseSymbol *keptDefinition(const std::string &name) const {
    const auto [known, isNew] = kept_.try_emplace(name);
    if (isNew)
      known->second = findKept(name);
    return known->second;
  }

  const BaseSymbol *findKept(const std::string &name) const {
    for (std::size_t unit = 0; unit < base().units.size(); ++unit) {
      const BaseSymbol *symbol = replaced_.contains(unit) ? nullptr : deciding_.index.inUnit(unit, name);
      if (symbol && symbol->linkage() != Linkage::Internal)
        return symbol;
    }
    return nullptr;
  }

  bool isGone(const MapVariable &variable) const {
    return std::any_of(deciding_.comparison.units.begin(), deciding_.comparison.units.end(),
                       [&](const ComparedUnit &unit) {
                         return std::find(unit.gone.begin(), unit.gone.end(), &variable) != unit.gone.end();
                       });
  }

  // A local function that stands in another unit now: the old one will do where all that it uses is the same as well.
  bool sameFunction(const BaseSymbol &old, const NewMeaning &now, std::set<const MapFunction *> &seen) const {
    const ComparedFunction &function = *now.function;
    if (!old.function)
      return false;
    if (function.base && (function.base == old.function || function.base->address == old.function->address))
      return true;
    if (function.base || old.function->late.empty() || old.function->late != function.now->late)
      return false;
    if (!seen.insert(old.function).second)
      return true;
    return std::all_of(function.now->uses.begin(), function.now->uses.end(), [&](const std::string &used) {
      return used == function.now->name || same(oldMeaning(old.unit, used), newMeaning(*now.unit, used), seen);
    });
  }

  bool sameVariable(const BaseSymbol *old, const ComparedVariable &now) const {
    if (!now.candidates.empty() || (!old && isShared(now.now->linkage)))
      return true; // told elsewhere; or the library has the same
    if (!old || !old->variable)
      return false;
    const MapVariable &was = *old->variable;
    if (now.base)
      return now.base == &was || (was.address && now.base->address == was.address);
    if (was.constant && now.now->constant)
      return was.content == now.now->content;
    return isGone(was); // it moved: moved_variables.cpp
  }

  bool same(const BaseSymbol *old, const NewMeaning &now, std::set<const MapFunction *> &seen) const {
    if (old && !old->address())
      return true; // it has no place in the running program: copied by whoever needs it
    if (now.kept)
      return old && (old == now.kept || old->address() == now.kept->address());
    if (!now.unit)
      return !old;
    if (now.alias || (old && old->alias))
      return old != nullptr; // aliases.cpp
    if (now.variable)
      return sameVariable(old, *now.variable);
    return old ? sameFunction(*old, now, seen) : isShared(now.function->now->linkage);
  }

  void checkFunctions(ComparedUnit &unit) {
    for (auto &[name, function] : unit.functions) {
      if (function.state != FunctionState::Unchanged || function.baseUnit != unit.baseIndex)
        continue;
      for (const std::string &used : function.now->uses) {
        std::set<const MapFunction *> seen;
        const BaseSymbol *old = oldMeaning(unit.baseIndex, used);
        const NewMeaning now = newMeaning(unit, used);
        if (used == name || used.starts_with("llvm.") || same(old, now, seen))
          continue;
        function.because.push_back("other-definition " + used);
      }
    }
  }

  // Users in units that no changed file concerns.
  std::vector<BaseUser> distantUsers(const std::string &name, std::size_t definedIn) const {
    std::vector<BaseUser> out;
    for (const BaseUser &user : deciding_.index.usersOfName(name)) {
      const BaseSymbol *own = deciding_.index.inUnit(user.unit, name);
      if (user.unit != definedIn && !(own && own->linkage() == Linkage::Internal))
        out.push_back(user);
    }
    return out;
  }

  void needUnitsOf(const std::vector<BaseUser> &users) {
    for (const BaseUser &user : users)
      if (!replaced_.contains(user.unit))
        deciding_.verdict.neededUnits.insert(user.unit);
  }

  // The program defines a name now that only a library had, or nobody.
  void checkAdded(const ComparedUnit &unit) {
    const auto added = [&](const std::string &name, Linkage linkage, bool hasBase, const std::string &place,
                           std::string what) {
      if (linkage == Linkage::Internal || isShared(linkage) || hasBase || deciding_.index.external(name))
        return;
      const std::vector<BaseUser> users = distantUsers(name, ComparedUnit::npos);
      if (users.empty())
        return;
      if (!deciding_.image.librarySymbols.contains(name) || deciding_.image.nobodysSymbols.contains(name))
        return needUnitsOf(users);
      deciding_.refuse({.rule = "library-name",
                        .thing = name,
                        .place = place,
                        .oldDefinition = fmt::format("{} of a library that the program has loaded", name),
                        .newDefinition = std::move(what),
                        .users = userNames(deciding_, users),
                        .why = "in a fresh build the program's own would take the library's place in the libraries as "
                               "well; their calls stay bound in the running program, and what one of the two made "
                               "would reach the other",
                        .remedy = "give the program's own another name"});
    };
    for (const auto &[name, function] : unit.functions)
      added(name, function.now->linkage, function.base != nullptr, function.now->place, describe(*function.now));
    for (const auto &[name, variable] : unit.variables)
      added(name, variable.now->linkage, variable.base != nullptr, variable.now->place, describe(*variable.now));
  }

  // The program does not define a name any more, and code that stays uses it: it gets a library's, or a weak one.
  void checkRemoved(const MapUnit &unit, std::size_t index) {
    const auto removed = [&](const std::string &name, Linkage linkage, bool there, const std::string &place,
                             std::string what) {
      if (linkage == Linkage::Internal || isShared(linkage) || !there || definedBy_.contains(name))
        return;
      const BaseSymbol *live = deciding_.index.external(name);
      if (!live || live->unit != index)
        return; // another unit's was in use all the time
      std::vector<BaseUser> users = distantUsers(name, index);
      std::erase_if(users, [&](const BaseUser &user) { return usesNoMore(user, name); });
      const BaseSymbol *other = keptDefinition(name);
      if (!other && users.empty())
        return;
      const bool libraryHas =
          deciding_.image.librarySymbols.contains(name) && !deciding_.image.nobodysSymbols.contains(name);
      const bool exported = libraryHas && deciding_.image.exported.contains(name);
      if (!other && !exported && libraryHas) {
        deciding_.leftToLibraries.insert(name);
        return needUnitsOf(users);
      }
      deciding_.refuse({.rule = "definition-removed",
                        .thing = name,
                        .place = {},
                        .oldDefinition = std::move(what),
                        .newDefinition = other      ? "the weak one of " + deciding_.index.unitId(other->unit)
                                         : exported ? std::string("a library's")
                                                    : std::string("nothing: a weak reference is null"),
                        .oldPlace = place,
                        .users = userNames(deciding_, users),
                        .why = other ? "the linker left the weak definition out of the running program, and the one "
                                       "that took its place goes away"
                               : exported ? "it is exported: in the running program it stays in front of the library's"
                                          : "the code that uses it asks whether it is there, and in the running "
                                            "program it stays",
                        .remedy = fmt::format("keep {} and change what it does", name)});
    };
    for (const MapFunction &function : unit.functions)
      removed(function.name, function.linkage, function.address.has_value(), function.place, describe(function));
    for (const MapVariable &variable : unit.variables)
      removed(variable.name, variable.linkage, variable.address.has_value(), variable.place, describe(variable));
  }

  // The user was compiled anew, and the new code does without the name.
  bool usesNoMore(const BaseUser &user, const std::string &name) const {
    const ComparedUnit *unit = deciding_.comparison.ofBase(user.unit);
    if (!unit)
      return replaced_.contains(user.unit);
    const auto asks = [&](const std::vector<std::string> &uses) {
      return std::find(uses.begin(), uses.end(), name) != uses.end();
    };
    const auto function = unit->functions.find(user.name());
    const auto variable = unit->variables.find(user.name());
    return !(function != unit->functions.end() && asks(function->second.now->uses)) &&
           !(variable != unit->variables.end() && asks(variable->second.now->uses));
  }

  Deciding &deciding_;
  std::unordered_map<std::string, const ComparedUnit *> definedBy_;  // for others to see: the first one that does
  mutable std::unordered_map<std::string, const BaseSymbol *> kept_; // asked once for each name
  std::set<std::size_t> replaced_; // units of the target that the new sources have compiled anew, or not any more
};

} // namespace

void replaceUsersOfReboundNames(Deciding &deciding) {
  Rebinding(deciding).run();
}

} // namespace livepatch

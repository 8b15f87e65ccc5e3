// Variables that seem new but may be old ones in a new place: another function, file or struct, or under a new name.
//
// The code would compile and run, with the state of the running program silently gone. Where it is certain which
// old variable it is, the new code is bound to that one; else the patch is refused.
#include "patchbuild/decide/moved_variables.h"
#include "patchbuild/decide/variables.h"
#include "patchbuild/source/change.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

namespace livepatch {

namespace {

// Guards of C++ static locals follow their variables.
bool isGuard(const MapVariable &variable) {
  return variable.name.starts_with("_ZGV");
}
bool holdsState(const MapVariable &variable) {
  return !variable.constant && variable.size > 0 && !isGuard(variable);
}

std::set<std::string> sourceUsers(const MapUnit &unit, const std::string &variable) {
  std::set<std::string> out;
  for (const MapFunction &function : unit.functions)
    if (std::find(function.calls.begin(), function.calls.end(), variable) != function.calls.end())
      out.insert(function.name);
  return out;
}

const MapFunction *functionNamed(const MapUnit &unit, const std::string &name) {
  for (const MapFunction &function : unit.functions)
    if (function.name == name)
      return &function;
  return nullptr;
}

// The function was given another name and is otherwise the same.
bool renamedFunction(const MapUnit &before, const MapUnit &after, const std::string &old, const std::string &now) {
  const MapFunction *was = functionNamed(before, old);
  const MapFunction *is = functionNamed(after, now);
  return was && is && !functionNamed(after, old) && !functionNamed(before, now) && !was->early.empty() &&
         was->early == is->early;
}

bool sameShape(const MapVariable &a, const MapVariable &b) {
  return a.type == b.type && a.means == b.means && a.size == b.size && a.content == b.content && a.tls == b.tls;
}

bool isRename(const MapUnit &before, const MapUnit &after, const MapVariable &old, const MapVariable &now) {
  if (!sameShape(old, now) || old.owner.empty() != now.owner.empty())
    return false;
  if (!old.owner.empty() && old.owner != now.owner)
    return old.base == now.base && renamedFunction(before, after, old.owner, now.owner);
  const std::set<std::string> was = sourceUsers(before, old.name);
  return !was.empty() && was == sourceUsers(after, now.name);
}

void pairRenamed(const BaseIndex &index, ComparedUnit &unit) {
  const MapUnit &before = index.map().units[unit.baseIndex];
  const MapUnit &after = unit.compiled->unit;
  std::map<ComparedVariable *, std::vector<const MapVariable *>> olds;
  std::map<const MapVariable *, std::size_t> claims;
  for (auto &[name, variable] : unit.variables) {
    if (variable.base || !variable.candidates.empty() || !holdsState(*variable.now))
      continue;
    for (const MapVariable *old : unit.gone) {
      if (!old->address || !holdsState(*old) || !isRename(before, after, *old, *variable.now))
        continue;
      olds[&variable].push_back(old);
      ++claims[old];
    }
  }
  for (auto &[variable, candidates] : olds) {
    if (candidates.size() != 1 || claims[candidates.front()] != 1)
      continue;
    variable->base = candidates.front();
    variable->baseUnit = unit.baseIndex;
    std::erase(unit.gone, candidates.front());
  }
  pairGuards(index, unit);
}

void refuseMoved(Deciding &deciding, const ComparedVariable &variable, std::size_t oldUnit, const MapVariable &old,
                 std::string rule, std::string why) {
  const BaseSymbol *symbol = deciding.index.inUnit(oldUnit, old.name);
  deciding.refuse(
      {.rule = std::move(rule),
       .thing = variable.now->name,
       .place = variable.now->place,
       .oldDefinition = describe(old),
       .newDefinition = describe(*variable.now),
       .oldPlace = old.place,
       .users = symbol ? userNames(deciding, deciding.index.users(*symbol)) : std::vector<std::string>{},
       .why = std::move(why),
       .remedy = fmt::format("leave {} where it is for the patch", old.base.empty() ? old.name : old.base)});
}

const std::string &sourceName(const MapVariable &variable) {
  return variable.base.empty() ? variable.name : variable.base;
}

bool mentions(const std::string &type, const std::string &word) {
  const auto isWord = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  for (std::size_t at = type.find(word); at != std::string::npos; at = type.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !isWord(type[at - 1])) && (end == type.size() || !isWord(type[end])))
      return true;
  }
  return false;
}

// The struct that has a member named like a variable that is gone: one that the target does not know, or the new
// variable's own. Empty: none.
std::string swallowedBy(const Deciding &deciding, const ComparedUnit &unit, const MapVariable &old,
                        const MapVariable &now) {
  for (const auto &[hash, record] : unit.compiled->records) {
    const std::string tag = record.name.substr(record.name.rfind(' ') + 1);
    if (deciding.index.map().types.contains(hash) && !mentions(now.type, tag))
      continue;
    for (const RecordField &field : record.fields)
      if (field.name == sourceName(old))
        return record.name;
  }
  return {};
}

// A struct without any name has no layout in the map: there, that the same code uses both has to be enough.
bool unnamedStructInstead(const MapUnit &before, const MapUnit &after, const MapVariable &old, const MapVariable &now) {
  if (now.type.find("(unnamed") == std::string::npos)
    return false;
  const std::set<std::string> was = sourceUsers(before, old.name), is = sourceUsers(after, now.name);
  return std::any_of(was.begin(), was.end(), [&](const std::string &name) { return is.contains(name); });
}

struct GoneVariable {
  std::size_t unit = 0; // index in the map
  const MapVariable *variable = nullptr;
};

// What the program's units have lost, those that the change removes as a whole included.
std::vector<GoneVariable> goneVariables(const Deciding &deciding) {
  std::vector<GoneVariable> out;
  const auto add = [&](std::size_t unit, const MapVariable &variable) {
    if (variable.address && holdsState(variable))
      out.push_back({unit, &variable});
  };
  for (const ComparedUnit &unit : deciding.comparison.units)
    for (const MapVariable *variable : unit.gone)
      add(unit.baseIndex, *variable);
  std::set<std::string> removed;
  for (const ChangedFile &file : deciding.change.changed)
    if (file.removed())
      removed.insert(file.relativePath);
  const std::vector<MapUnit> &units = deciding.index.map().units;
  for (std::size_t index = 0; index < units.size(); ++index)
    if (!deciding.comparison.concerns(index) && removed.contains(unitId(units[index], deciding.change.recordedRoot)))
      for (const MapVariable &variable : units[index].variables)
        add(index, variable);
  return out;
}

bool refuseIfMoved(Deciding &deciding, const ComparedUnit &unit, const ComparedVariable &variable) {
  const MapVariable &now = *variable.now;
  for (const GoneVariable &gone : goneVariables(deciding)) {
    const MapVariable &old = *gone.variable;
    const bool sameUnit = gone.unit == unit.baseIndex;
    if (sourceName(old) == sourceName(now)) {
      const bool local = sameUnit && (!old.owner.empty() || !now.owner.empty());
      refuseMoved(deciding, variable, gone.unit, old, local ? "static-local-moved" : "static-moved",
                  "a variable of this name stood elsewhere in the running program and is gone from there: the new one "
                  "would begin with its initialiser and the state of the old one would be lost");
      return true;
    }
    if (sameUnit && sameShape(old, now) && old.owner == now.owner && old.linkage == now.linkage) {
      refuseMoved(deciding, variable, gone.unit, old, "rename-ambiguous",
                  "it may be the old variable under a new name, but not the same functions use it: it cannot be told "
                  "whether it is to keep the old one's state");
      return true;
    }
    std::string record = swallowedBy(deciding, unit, old, now);
    if (record.empty() && sameUnit &&
        unnamedStructInstead(deciding.index.map().units[gone.unit], unit.compiled->unit, old, now))
      record = now.type;
    if (!record.empty()) {
      refuseMoved(
          deciding, variable, gone.unit, old, "static-into-struct",
          fmt::format("{} has become a member of {}, which begins with its initialiser: its state would be lost",
                      sourceName(old), record));
      return true;
    }
  }
  return false;
}

// The variable is in the running program and was never guarded: with a fresh guard the new code would construct it
// once more, over the state that it has.
void checkNewGuard(Deciding &deciding, const ComparedUnit &unit, const ComparedVariable &guard) {
  for (const auto &[name, variable] : unit.variables) {
    if (!variable.base || !variable.base->address || guardName(name) != guard.now->name)
      continue;
    deciding.refuse({.rule = "dynamic-init",
                     .thing = name,
                     .place = variable.now->place,
                     .oldDefinition = describe(*variable.base),
                     .newDefinition = describe(*variable.now),
                     .oldPlace = variable.base->place,
                     .users = {variable.now->owner},
                     .why = "its initialiser becomes code, which would run again over the value that it has now",
                     .remedy = "leave the initialiser, and set the value in code"});
  }
}

std::vector<std::string> newUsers(const ComparedUnit &unit, const std::string &variable) {
  std::vector<std::string> out;
  for (const auto &[name, function] : unit.functions)
    if (std::find(function.now->uses.begin(), function.now->uses.end(), variable) != function.now->uses.end())
      out.push_back(fmt::format("{} ({})", name, unit.compiled->id));
  return out;
}

} // namespace

void pairRenamedVariables(const BaseIndex &index, Comparison &comparison) {
  for (ComparedUnit &unit : comparison.units)
    if (!unit.isNew())
      pairRenamed(index, unit);
}

void checkNewVariable(Deciding &deciding, const ComparedUnit &unit, const ComparedVariable &variable) {
  const MapVariable &now = *variable.now;
  if (isGuard(now))
    return checkNewGuard(deciding, unit, variable);
  if (!holdsState(now))
    return;
  if (refuseIfMoved(deciding, unit, variable))
    return;
  if (now.tls)
    deciding.refuse({.rule = "tls-new",
                     .thing = now.name,
                     .place = now.place,
                     .oldDefinition = {},
                     .newDefinition = describe(now),
                     .users = newUsers(unit, now.name),
                     .why = "the threads that run already have no storage for a new thread-local variable",
                     .remedy = "use a variable of the program that exists, or one keyed by the thread's id"});
  // A static local's initialiser runs when its function is first called.
  if (now.dynamicInit && now.owner.empty())
    deciding.refuse({.rule = "dynamic-init",
                     .thing = now.name,
                     .place = now.place,
                     .oldDefinition = {},
                     .newDefinition = describe(now),
                     .users = newUsers(unit, now.name),
                     .why = "its initialiser is code that runs before main, and that has passed",
                     .remedy = "make it a static local of the function that needs it first"});
}

} // namespace livepatch

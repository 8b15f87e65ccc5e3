// Which variable of the new compile is which of the running program.
//
// A wrong pairing gives a function another one's state, in silence. LLVM tells static locals of one name in one
// function apart by a number behind the name (n, n.1, n.2), in the order in which it meets them: a new neighbour, or
// two that change places, renumber the rest. So numbers are believed only where the function is the same.
#include "patchbuild/decide/comparison.h"

#include <algorithm>
#include <set>

namespace livepatch {

namespace {

using Variables = std::vector<const MapVariable *>;

bool sameThing(const MapVariable &a, const MapVariable &b) {
  return a.type == b.type && a.means == b.means && a.size == b.size && a.content == b.content;
}

const MapFunction *functionNamed(const MapUnit &unit, const std::string &name) {
  for (const MapFunction &function : unit.functions)
    if (function.name == name)
      return &function;
  return nullptr;
}

bool ownerUnchanged(const MapUnit &before, const MapUnit &after, const std::string &owner) {
  const MapFunction *old = functionNamed(before, owner);
  const MapFunction *now = functionNamed(after, owner);
  return old && now && !old->early.empty() && old->early == now->early;
}

std::size_t countSame(const Variables &among, const MapVariable &like) {
  return static_cast<std::size_t>(
      std::count_if(among.begin(), among.end(), [&](const MapVariable *v) { return sameThing(*v, like); }));
}

bool sameNames(const Variables &olds, const Variables &news) {
  std::set<std::string> old, now;
  for (const MapVariable *v : olds)
    old.insert(v->name);
  for (const MapVariable *v : news)
    now.insert(v->name);
  return old == now;
}

// Pairs what is unique by type and content on both sides. False: some could be either.
bool pairByContent(const Variables &olds, const Variables &news,
                   std::map<const MapVariable *, const MapVariable *> &pairs) {
  std::set<const MapVariable *> taken;
  for (const MapVariable *now : news) {
    if (countSame(olds, *now) != 1 || countSame(news, *now) != 1)
      continue;
    const auto old = std::find_if(olds.begin(), olds.end(), [&](const MapVariable *v) { return sameThing(*v, *now); });
    pairs[now] = *old;
    taken.insert(*old);
  }
  const bool oldsLeft = taken.size() < olds.size();
  const bool newsLeft = pairs.size() < news.size();
  if (oldsLeft && newsLeft)
    return false;
  if (!newsLeft)
    return true;
  // One more than before: the new one may also be the one that looks like the old, next to the old one with another
  // initialiser. Where the declaration stands settles it.
  return std::all_of(pairs.begin(), pairs.end(),
                     [](const auto &pair) { return pair.first->place == pair.second->place; });
}

class Pairing {
public:
  Pairing(const BaseIndex &index, ComparedUnit &unit)
      : unit_(unit), before_(index.map().units[unit.baseIndex]), after_(unit.compiled->unit) {}

  void run() {
    std::map<std::pair<std::string, std::string>, std::pair<Variables, Variables>> groups;
    const auto key = [](const MapVariable &v) {
      return v.owner.empty() ? std::pair(std::string(), v.name) : std::pair(v.owner, v.base);
    };
    for (const MapVariable &old : before_.variables)
      groups[key(old)].first.push_back(&old);
    for (const MapVariable &now : after_.variables)
      groups[key(now)].second.push_back(&now);
    for (const auto &[name, group] : groups)
      pairGroup(name.first, group.first, group.second);
    for (const MapVariable &old : before_.variables)
      if (!taken_.contains(&old))
        unit_.gone.push_back(&old);
  }

private:
  void pair(const MapVariable *now, const MapVariable *old) {
    ComparedVariable &out = unit_.variables[now->name];
    out.base = old;
    out.baseUnit = unit_.baseIndex;
    taken_.insert(old);
  }

  void pairGroup(const std::string &owner, const Variables &olds, const Variables &news) {
    if (olds.empty() || news.empty())
      return;
    if (olds.size() == 1 && news.size() == 1)
      return pair(news.front(), olds.front());
    if (sameNames(olds, news) && ownerUnchanged(before_, after_, owner))
      return pairByName(olds, news);
    std::map<const MapVariable *, const MapVariable *> pairs;
    if (pairByContent(olds, news, pairs)) {
      for (const auto &[now, old] : pairs)
        pair(now, old);
      return;
    }
    for (const MapVariable *now : news)
      unit_.variables[now->name].candidates = olds;
    taken_.insert(olds.begin(), olds.end());
  }

  void pairByName(const Variables &olds, const Variables &news) {
    for (const MapVariable *now : news)
      for (const MapVariable *old : olds)
        if (old->name == now->name)
          pair(now, old);
  }

  ComparedUnit &unit_;
  const MapUnit &before_;
  const MapUnit &after_;
  std::set<const MapVariable *> taken_;
};

constexpr std::string_view guardPrefix = "_ZGV";

} // namespace

// The guard of a C++ static local says whether the variable has been constructed: it goes where its variable goes
// (Itanium C++ ABI, 5.1.4: _ZGV and the rest of the variable's name).
void pairGuards(const BaseIndex &index, ComparedUnit &unit) {
  for (auto &[name, guard] : unit.variables) {
    if (!name.starts_with(guardPrefix))
      continue;
    const auto guarded = unit.variables.find("_Z" + name.substr(guardPrefix.size()));
    if (guarded == unit.variables.end())
      continue;
    const ComparedVariable &variable = guarded->second;
    guard.base = nullptr;
    guard.candidates.clear();
    for (const MapVariable *old : variable.candidates)
      if (const BaseSymbol *symbol = index.inUnit(unit.baseIndex, guardName(old->name)); symbol && symbol->variable)
        guard.candidates.push_back(symbol->variable);
    if (!variable.base)
      continue;
    const BaseSymbol *symbol = index.inUnit(variable.baseUnit, guardName(variable.base->name));
    if (!symbol || !symbol->variable)
      continue;
    guard.base = symbol->variable;
    guard.baseUnit = variable.baseUnit;
  }
}

std::string guardName(const std::string &variable) {
  return variable.starts_with("_Z") ? std::string(guardPrefix) + variable.substr(2) : std::string();
}

void pairVariables(const BaseIndex &index, ComparedUnit &unit) {
  for (const MapVariable &now : unit.compiled->unit.variables)
    unit.variables[now.name].now = &now;
  if (!unit.isNew())
    Pairing(index, unit).run();
  // A variable that other units can name may have moved here from another file: it is still the same one.
  for (auto &[name, variable] : unit.variables) {
    if (variable.base || !variable.candidates.empty() || variable.now->linkage == Linkage::Internal)
      continue;
    const BaseSymbol *elsewhere = index.external(name);
    if (!elsewhere || !elsewhere->variable || !elsewhere->variable->address)
      continue;
    variable.base = elsewhere->variable;
    variable.baseUnit = elsewhere->unit;
  }
  pairGuards(index, unit);
}

} // namespace livepatch

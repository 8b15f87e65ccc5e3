#include "patchbuild/decide/selection.h"

#include "patchbuild/decide/coroutines.h"
#include "patchbuild/decide/direct_calls.h"
#include "patchbuild/decide/redirects.h"
#include "patchbuild/decide/variables.h"
#include "patchbuild/decide/wrapped_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

namespace livepatch {

bool isStartUpCode(const MapFunction &function) {
  return function.type.empty() && (function.has("constructor") || function.has("init"));
}

namespace {

class Selection {
public:
  explicit Selection(Deciding &deciding) : deciding_(deciding) {}

  void addChanged() {
    for (std::size_t index = 0; index < units().size(); ++index)
      for (auto &[name, function] : units()[index].functions) {
        const bool there = function.state != FunctionState::New;
        if (!there || !function.isReplaced())
          continue;
        // Made by the compiler to initialise variables before main: it has run, and nothing calls it again.
        if (isStartUpCode(*function.now))
          continue;
        // The copy that runs is another unit's.
        if (function.now->linkage == Linkage::Weak && deciding_.index.overridden(name, units()[index].baseIndex))
          continue;
        function.action = chooseAction(deciding_, function);
        include(index, function);
      }
  }

  // A lambda that nothing new calls may still be one that the running program holds: it would go on with the old code,
  // in silence.
  void checkUnpaired() {
    for (const ComparedUnit &unit : units())
      for (const UnpairedFunction &unpaired : unit.unpaired)
        if (std::any_of(unpaired.candidates.begin(), unpaired.candidates.end(),
                        [](const MapFunction *old) { return old->address.has_value(); }))
          refuseUnpaired(unit, unpaired);
  }

  // Some definition of the patch, in unit `index`, refers to `name`.
  void require(std::size_t index, const std::string &name, const std::string &user, bool named) {
    if (name.starts_with("llvm."))
      return; // the compiler's own, no symbol
    if (requireOwn(index, name, user, named))
      return;
    if (isWrapped(deciding_, name))
      return refuseSymbol("wrapped", name, user,
                          "the link of the target led its references elsewhere (--wrap), and a patch's would be led to "
                          "the plain name",
                          "leave the functions that use it as they are");
    if (requireOther(index, name, user))
      return;
    if (deciding_.leftToLibraries.contains(name))
      return;
    const BaseSymbol *symbol = deciding_.index.external(name);
    if (symbol && symbol->address())
      return checkReachable(*symbol, name, user);
    if (deciding_.image.symbols.contains(name) || deciding_.image.librarySymbols.contains(name))
      return;
    // The C++ compiler registers destructors under this module's handle: the patch has its own.
    if (name == "__dso_handle")
      return;
    refuseUnresolvable(index, name, user);
  }

  void close() {
    while (!queue_.empty()) {
      const Entry entry = queue_.front();
      queue_.pop_front();
      for (const std::string &used : *entry.uses)
        require(entry.unit, used, entry.name, false);
    }
  }

private:
  struct Entry {
    std::size_t unit = 0;
    std::string name;
    const std::vector<std::string> *uses = nullptr;
  };

  std::vector<ComparedUnit> &units() { return deciding_.comparison.units; }

  void include(std::size_t index, ComparedFunction &function) {
    if (function.inPatch)
      return;
    function.inPatch = true;
    queue_.push_back({index, function.now->name, &function.now->uses});
  }

  void refuseUnpaired(const ComparedUnit &unit, const UnpairedFunction &unpaired) {
    const MapFunction &now = *unpaired.now;
    Refusal refusal;
    refusal.rule = "lambda-ambiguous";
    refusal.thing = now.name;
    refusal.place = now.place;
    refusal.oldDefinition = listOf(deciding_, unpaired.candidates);
    refusal.newDefinition = describe(now);
    refusal.oldPlace = unpaired.candidates.front()->place;
    for (const MapFunction *old : unpaired.candidates)
      if (const BaseSymbol *symbol = deciding_.index.inUnit(unit.baseIndex, old->name))
        for (std::string &user : userNames(deciding_, deciding_.index.users(*symbol)))
          if (std::find(refusal.users.begin(), refusal.users.end(), user) == refusal.users.end())
            refusal.users.push_back(std::move(user));
    refusal.why = "several lambdas or unnamed types of the unit changed at once, and nothing tells for certain which "
                  "of the old ones this was";
    refusal.remedy = "change one of them at a time, or make it a named function";
    deciding_.refuse(std::move(refusal));
  }

  void include(std::size_t index, ComparedVariable &variable) {
    if (variable.inPatch)
      return;
    variable.inPatch = true;
    queue_.push_back({index, variable.now->name, &variable.now->uses});
    if (!variable.replaced && variable.candidates.empty())
      checkNewVariable(deciding_, units()[index], variable);
  }

  bool requireOwn(std::size_t index, const std::string &name, const std::string &user, bool named) {
    ComparedUnit &unit = units()[index];
    if (const auto function = unit.functions.find(name); function != unit.functions.end()) {
      if (function->second.state == FunctionState::New)
        include(index, function->second);
      function->second.named |= named && function->second.inPatch;
      return true;
    }
    if (const auto variable = unit.variables.find(name); variable != unit.variables.end()) {
      requireVariable(index, variable->second, named);
      return true;
    }
    if (const auto alias = unit.aliases.find(name); alias != unit.aliases.end()) {
      requireAlias(index, *alias->second, user);
      return true;
    }
    return false;
  }

  void requireVariable(std::size_t index, ComparedVariable &variable, bool named) {
    if (!variable.candidates.empty() && !variable.now->constant) {
      if (ambiguous_.insert(&variable).second)
        refuseAmbiguous(deciding_, variable);
      return;
    }
    const bool inTarget = variable.base && variable.base->address && !variable.replaced;
    const bool labels = holdsLabels(units()[index], variable);
    if (labels && !variable.now->constant)
      refuseLabels(variable);
    if (!inTarget || labels)
      include(index, variable);
    variable.named |= named && variable.inPatch;
  }

  void refuseLabels(const ComparedVariable &variable) {
    if (!told_.insert("label-table" + variable.now->name).second)
      return;
    Refusal refusal;
    refusal.rule = "label-table";
    refusal.thing = variable.now->name;
    refusal.place = variable.now->place;
    refusal.newDefinition = describe(*variable.now);
    if (variable.base) {
      refusal.oldDefinition = describe(*variable.base);
      refusal.oldPlace = variable.base->place;
    }
    refusal.users = {variable.now->owner};
    refusal.why =
        "it is writable and holds labels of a function that changes: its live contents lead into the old code";
    refusal.remedy = "make the table const";
    deciding_.refuse(std::move(refusal));
  }

  // The table of a computed goto refers to its own function, by labels in its body: a new body needs its own table.
  static bool holdsLabels(const ComparedUnit &unit, const ComparedVariable &variable) {
    const MapVariable &now = *variable.now;
    const auto owner = unit.functions.find(now.owner);
    return owner != unit.functions.end() && owner->second.inPatch &&
           std::find(now.uses.begin(), now.uses.end(), now.owner) != now.uses.end();
  }

  void requireAlias(std::size_t index, const MapAlias &alias, const std::string &user) {
    const ComparedUnit &unit = units()[index];
    const BaseSymbol *base = unit.isNew() ? nullptr : deciding_.index.inUnit(unit.baseIndex, alias.name);
    if (!base)
      base = deciding_.index.external(alias.name);
    if (base && base->address())
      return checkReachable(*base, alias.name, user);
    if (alias.ifunc)
      return refuseSymbol("ifunc", alias.name, user, "a new indirect function has to be resolved by the dynamic loader",
                          "choose the implementation in ordinary code");
    require(index, alias.target, user, true); // a second name for a definition of the patch
  }

  // Defined by another of the units that the patch is made from.
  bool requireOther(std::size_t index, const std::string &name, const std::string &user) {
    for (std::size_t other = 0; other < units().size(); ++other) {
      if (other == index)
        continue;
      ComparedUnit &unit = units()[other];
      if (const auto function = unit.functions.find(name);
          function != unit.functions.end() && function->second.now->linkage != Linkage::Internal) {
        ComparedFunction &found = function->second;
        if (found.state == FunctionState::New)
          include(other, found);
        found.named |= found.inPatch;
        return true;
      }
      if (const auto variable = unit.variables.find(name);
          variable != unit.variables.end() && variable->second.now->linkage != Linkage::Internal) {
        requireVariable(other, variable->second, true);
        return true;
      }
      if (const auto alias = unit.aliases.find(name);
          alias != unit.aliases.end() && alias->second->linkage != Linkage::Internal) {
        requireAlias(other, *alias->second, user);
        return true;
      }
    }
    return false;
  }

  void checkReachable(const BaseSymbol &symbol, const std::string &name, const std::string &user) {
    const bool reached = deciding_.image.exported.contains(name) || deciding_.image.symbols.contains(name);
    if (symbol.alias && symbol.alias->ifunc && !reached)
      refuseSymbol("ifunc", name, user,
                   "it is an indirect function that only the target's own relocations reach: its address is that of "
                   "the resolver",
                   "call the implementation instead");
  }

  void refuseSymbol(std::string rule, const std::string &name, const std::string &user, std::string why,
                    std::string remedy) {
    if (!told_.insert(rule + name).second)
      return;
    deciding_.refuse({.rule = std::move(rule),
                      .thing = name,
                      .place = placeOf(user),
                      .oldDefinition = oldText(name),
                      .newDefinition = fmt::format("{}, which {} uses now", name, user),
                      .oldPlace = oldPlace(name),
                      .users = {user},
                      .why = std::move(why),
                      .remedy = std::move(remedy)});
  }

  std::string oldText(const std::string &name) const {
    const BaseSymbol *symbol = deciding_.index.external(name);
    if (!symbol)
      return {};
    if (symbol->alias)
      return fmt::format("{} of {}", symbol->alias->ifunc ? "indirect function, resolver" : "alias",
                         symbol->alias->target);
    return symbol->function ? describe(*symbol->function) : describe(*symbol->variable);
  }

  std::string oldPlace(const std::string &name) const {
    const BaseSymbol *symbol = deciding_.index.external(name);
    if (symbol && symbol->alias)
      symbol = deciding_.index.inUnit(symbol->unit, symbol->alias->target);
    return symbol ? symbol->place() : std::string();
  }

  std::string placeOf(const std::string &user) {
    for (const ComparedUnit &unit : units())
      if (const auto found = unit.functions.find(user); found != unit.functions.end())
        return found->second.now->place;
    return {};
  }

  void refuseUnresolvable(std::size_t index, const std::string &name, const std::string &user) {
    const ComparedUnit &unit = units()[index];
    const BaseSymbol *dropped = unit.isNew() ? nullptr : deciding_.index.inUnit(unit.baseIndex, name);
    if (!dropped)
      dropped = deciding_.index.external(name);
    if (dropped && !deciding_.comparison.concerns(dropped->unit)) {
      deciding_.verdict.neededUnits.insert(dropped->unit); // with that unit compiled, the patch can bring it along
      return;
    }
    std::string why = "neither the target nor a library that it has loaded defines it";
    if (dropped)
      why = "the linker left it out of the target, for nothing used it";
    if (!deciding_.image.missingLibraries.empty())
      why += fmt::format(" ({} was not found here and could not be asked)", deciding_.image.missingLibraries.front());
    refuseSymbol("unresolvable", name, user, std::move(why),
                 dropped ? "change its file as well, so that the patch brings it along"
                         : "add a definition, or restart the program with the library that has it");
  }

  Deciding &deciding_;
  std::deque<Entry> queue_;
  std::set<const ComparedVariable *> ambiguous_;
  std::set<std::string> told_;
};

} // namespace

void selectDefinitions(Deciding &deciding, const std::vector<InitialiserChange> &initialisers) {
  Selection selection(deciding);
  replaceCallersOfNewSignatures(deciding);
  replaceCreatorsOfCoroutines(deciding);
  replaceDirectCallers(deciding);
  selection.addChanged();
  selection.checkUnpaired();
  for (const InitialiserChange &change : initialisers)
    if (!change.symbol.empty())
      selection.require(change.unit, change.symbol, change.variable->now->name, true);
  selection.close();
}

} // namespace livepatch

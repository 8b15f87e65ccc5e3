#include "patchbuild/decide/binding.h"

#include "patchbuild/decide/constants.h"
#include "patchbuild/decide/patch_names.h"
#include "patchbuild/decide/reasons.h"

#include <algorithm>
#include <set>

namespace livepatch {

namespace {

class Binding {
public:
  explicit Binding(Deciding &deciding)
      : deciding_(deciding), names_(deciding.comparison), plan_(deciding.verdict.plan) {}

  void run(const std::vector<InitialiserChange> &initialisers) {
    for (std::size_t index = 0; index < units().size(); ++index) {
      orders_.emplace_back();
      orders_.back().unit = units()[index].compiled;
      listFunctions(index);
    }
    for (const InitialiserChange &change : initialisers)
      listData(change);
    for (std::size_t index = 0; index < units().size(); ++index)
      order(index);
    for (std::size_t index = 0; index < orders_.size(); ++index) {
      const bool hasCode = !orders_[index].define.empty() || !orders_[index].internal.empty();
      const bool hasData = std::any_of(initialisers.begin(), initialisers.end(),
                                       [&](const InitialiserChange &change) { return change.unit == index; });
      if (hasCode || hasData)
        plan_.recorded.push_back(orders_[index]);
      if (hasCode)
        plan_.orders.push_back(std::move(orders_[index]));
    }
    std::stable_sort(plan_.data.begin(), plan_.data.end(), [](const DataCommand &a, const DataCommand &b) {
      return std::pair(a.command.target.name, a.command.target.offset) <
             std::pair(b.command.target.name, b.command.target.offset);
    });
  }

private:
  const std::vector<ComparedUnit> &units() const { return deciding_.comparison.units; }

  static ManifestSymbolKind kindOf(const BaseIndex &index, const BaseSymbol &symbol) {
    if (symbol.function)
      return ManifestSymbolKind::Function;
    if (symbol.variable)
      return symbol.variable->tls ? ManifestSymbolKind::Tls : ManifestSymbolKind::Object;
    const BaseSymbol *target = index.inUnit(symbol.unit, symbol.alias->target);
    return target && target->variable ? ManifestSymbolKind::Object : ManifestSymbolKind::Function;
  }

  // A C++ inline variable of a library may live in another object of the process: there the dynamic loader's order
  // counts, and the symbol is left to it.
  bool leftToLoader(const BaseSymbol &symbol) const {
    const bool shared = symbol.linkage() == Linkage::Linkonce || symbol.linkage() == Linkage::Weak;
    return deciding_.image.sharedLibrary && symbol.variable && shared &&
           deciding_.image.exported.contains(symbolName(symbol));
  }

  std::string bind(const BaseSymbol &symbol) {
    const bool ifunc = symbol.alias && symbol.alias->ifunc;
    if (ifunc)
      return bindImage(symbolName(symbol));
    if (leftToLoader(symbol))
      return symbolName(symbol);
    const std::string name = deciding_.index.patchName(symbol);
    if (symbol.address())
      plan_.symbols[name] = {*symbol.address(), kindOf(deciding_.index, symbol)};
    return name;
  }

  std::string bindOutside(const std::string &name) {
    if (deciding_.leftToLibraries.contains(name))
      return name;
    if (const BaseSymbol *symbol = deciding_.index.external(name); symbol && symbol->address())
      return bind(*symbol);
    return bindImage(name);
  }

  // Of a part of the target that was built without the plugin.
  std::string bindImage(const std::string &name) {
    const auto own = deciding_.image.symbols.find(name);
    if (own == deciding_.image.symbols.end())
      return name;
    const ImageSymbol &symbol = own->second;
    const ManifestSymbolKind kind = symbol.kind == ImageSymbolKind::Tls        ? ManifestSymbolKind::Tls
                                    : symbol.kind == ImageSymbolKind::Function ? ManifestSymbolKind::Function
                                                                               : ManifestSymbolKind::Object;
    // A name that a library has as well, and that is not the one all objects see, must not get the library's version.
    const bool hidden = deciding_.image.librarySymbols.contains(name) && !deciding_.image.exported.contains(name);
    std::string bound = hidden ? "target:" + name : name;
    plan_.symbols[bound] = {symbol.address, kind};
    return bound;
  }

  const BaseSymbol *baseOf(std::size_t baseUnit, const std::string &name) const {
    return deciding_.index.inUnit(baseUnit, name);
  }

  void listFunctions(std::size_t index) {
    for (const auto &[name, function] : units()[index].functions) {
      if (!function.inPatch)
        continue;
      const bool isNew = function.state == FunctionState::New;
      PlannedFunction out;
      const ComparedUnit &unit = units()[index];
      out.unit = unit.isNew() ? unit.compiled->id : deciding_.index.unitId(unit.baseIndex);
      out.name = name;
      out.patch = names_.of(index, name);
      out.action = isNew ? FunctionAction::New : function.action;
      out.place = function.now->place;
      if (!isNew) {
        out.base = function.base;
        out.target = bind(*baseOf(function.baseUnit, function.base->name));
      }
      // An inline function is in each unit that uses it, and one function all the same.
      if (function.now->linkage != Linkage::Internal && !listed_.emplace(out.target, out.patch).second)
        continue;
      out.reasons = reasonsFor(deciding_, units()[index], function);
      if (isNew && function.base)
        out.reasons = {"inline-flip"};
      plan_.functions.push_back(std::move(out));
    }
  }

  // What a pointer to the unit's symbol is called in the command file.
  std::string pointerName(std::size_t index, const std::string &symbol) {
    const ComparedUnit &unit = units()[index];
    if (const auto function = unit.functions.find(symbol); function != unit.functions.end()) {
      const ComparedFunction &found = function->second;
      if (found.state != FunctionState::New && !(found.inPatch && found.action == FunctionAction::BoundInside))
        return bind(*baseOf(found.baseUnit, found.base->name));
      return names_.of(index, symbol);
    }
    if (const auto variable = unit.variables.find(symbol); variable != unit.variables.end()) {
      if (variable->second.inPatch)
        return names_.of(index, symbol);
      return bind(*baseOf(variable->second.baseUnit, variable->second.base->name));
    }
    if (const auto alias = unit.aliases.find(symbol); alias != unit.aliases.end()) {
      const BaseSymbol *base = unit.isNew() ? nullptr : baseOf(unit.baseIndex, symbol);
      return base && base->address() ? bind(*base) : pointerName(index, alias->second->target);
    }
    const std::string elsewhere = declaredName(index, symbol);
    return elsewhere.empty() ? bindOutside(symbol) : elsewhere;
  }

  void bindGuard(const Guard &guard) {
    const auto *symbol = std::get_if<SymbolGuard>(&guard);
    if (!symbol)
      return;
    const std::string &name = symbol->symbol.name;
    if (plan_.symbols.contains(name))
      return;
    const std::size_t colon = name.rfind(':');
    if (colon == std::string::npos) {
      bindOutside(name);
      return;
    }
    for (std::size_t unit = 0; unit < deciding_.index.map().units.size(); ++unit)
      if (deciding_.index.unitId(unit) == name.substr(0, colon))
        if (const BaseSymbol *local = baseOf(unit, name.substr(colon + 1)))
          bind(*local);
  }

  void listData(const InitialiserChange &change) {
    DataCommand out;
    const ComparedVariable &variable = *change.variable;
    out.command.target = {bind(*baseOf(variable.baseUnit, variable.base->name)), change.offset};
    // A C++ inline variable is defined by each unit that uses it, and is one variable.
    if (std::any_of(plan_.data.begin(), plan_.data.end(),
                    [&](const DataCommand &other) { return other.command.target == out.command.target; }))
      return;
    out.address = *variable.base->address + change.offset;
    out.reason = "initialiser changed";
    out.place = variable.now->place;
    out.command.guard = change.guard;
    if (change.null) {
      out.command.kind = CommandKind::Pointer;
      out.command.patch = {std::string(nullPatchSymbol), 0};
      out.size = 8;
      bindGuard(change.guard);
    } else if (change.symbol.empty()) {
      out.command.kind = CommandKind::Value;
      out.command.bytes = change.bytes;
      out.size = change.bytes.size();
    } else {
      out.command.kind = CommandKind::Pointer;
      out.command.patch = {pointerName(change.unit, change.symbol), static_cast<std::uint64_t>(change.addend)};
      out.size = 8;
      bindGuard(change.guard);
    }
    plan_.data.push_back(std::move(out));
  }

  void order(std::size_t index) {
    const ComparedUnit &unit = units()[index];
    UnitOrder &order = orders_[index];
    for (const auto &[name, function] : unit.functions)
      orderFunction(index, name, function, order);
    for (const auto &[name, variable] : unit.variables)
      orderVariable(index, name, variable, order);
    for (const auto &[name, alias] : unit.aliases) {
      const BaseSymbol *base = unit.isNew() ? nullptr : baseOf(unit.baseIndex, name);
      if (!base)
        base = deciding_.index.external(name);
      if (base && base->address())
        order.external[name] = bind(*base);
      else if (!names_.of(index, alias->target).empty())
        order.internal.insert(name); // a second name for what the patch defines
    }
    orderDeclarations(index, order);
  }

  void orderFunction(std::size_t index, const std::string &name, const ComparedFunction &function, UnitOrder &order) {
    if (!function.inPatch) {
      const bool there = function.base && function.base->address;
      order.external[name] = there ? bind(*baseOf(function.baseUnit, function.base->name)) : name;
      return;
    }
    const bool isNew = function.state == FunctionState::New;
    Definition out;
    out.as = names_.of(index, name);
    const bool redirected = !isNew && function.action == FunctionAction::Redirected;
    // Who takes the address gets the one that the running program has already: it leads here through the redirect.
    if (redirected)
      out.identity = bind(*baseOf(function.baseUnit, function.base->name));
    out.exported =
        redirected || function.named || (isNew && function.now->linkage == Linkage::External && !function.now->hidden);
    order.define[name] = std::move(out);
  }

  void orderVariable(std::size_t index, const std::string &name, const ComparedVariable &variable, UnitOrder &order) {
    if (!variable.inPatch) {
      const bool there = variable.base && variable.base->address;
      // Constants without a home in the target are copied by whoever needs them.
      if (there || !variable.now->constant)
        order.external[name] = there ? bind(*baseOf(variable.baseUnit, variable.base->name)) : name;
      return;
    }
    // Local ones, too, get a name that is unique in the patch: a patch on top of this one has to find them.
    order.define[name] = {names_.of(index, name),
                          {},
                          variable.named || (variable.now->linkage == Linkage::External && !variable.now->hidden)};
  }

  // Another unit of the patch has it, under another name than the declaration in this unit; else empty.
  std::string declaredName(std::size_t index, const std::string &name) {
    for (std::size_t other = 0; other < units().size(); ++other) {
      if (other == index)
        continue;
      const ComparedUnit &unit = units()[other];
      if (const auto function = unit.functions.find(name);
          function != unit.functions.end() && function->second.now->linkage != Linkage::Internal) {
        const ComparedFunction &found = function->second;
        if (found.inPatch && (found.state == FunctionState::New || found.action == FunctionAction::BoundInside))
          return names_.of(other, name);
        if (found.base && found.base->address)
          return bind(*baseOf(found.baseUnit, found.base->name));
      }
      if (const auto variable = unit.variables.find(name);
          variable != unit.variables.end() && variable->second.now->linkage != Linkage::Internal) {
        const ComparedVariable &found = variable->second;
        if (found.inPatch)
          return names_.of(other, name);
        if (found.base && found.base->address)
          return bind(*baseOf(found.baseUnit, found.base->name));
      }
      if (const auto alias = unit.aliases.find(name);
          alias != unit.aliases.end() && alias->second->linkage != Linkage::Internal &&
          !deciding_.index.external(name) && !names_.of(other, alias->second->target).empty())
        return names_.of(other, alias->second->target);
    }
    return {};
  }

  void orderDeclarations(std::size_t index, UnitOrder &order) {
    const ComparedUnit &unit = units()[index];
    const auto declared = [&](const std::string &name) {
      if (unit.functions.contains(name) || unit.variables.contains(name) || unit.aliases.contains(name))
        return;
      if (name == "__dso_handle") {
        plan_.needsDsoHandle = true;
        return;
      }
      std::string bound = declaredName(index, name);
      if (bound.empty())
        bound = bindOutside(name);
      if (bound != name)
        order.rename[name] = bound;
    };
    for (const auto &[name, function] : unit.functions)
      if (function.inPatch)
        std::for_each(function.now->uses.begin(), function.now->uses.end(), declared);
    for (const auto &[name, variable] : unit.variables)
      if (variable.inPatch)
        std::for_each(variable.now->uses.begin(), variable.now->uses.end(), declared);
  }

  Deciding &deciding_;
  PatchNames names_;
  PatchPlan &plan_;
  std::vector<UnitOrder> orders_;
  std::set<std::pair<std::string, std::string>> listed_;
};

} // namespace

void bindPatch(Deciding &deciding, const std::vector<InitialiserChange> &initialisers) {
  Binding(deciding).run(initialisers);
}

} // namespace livepatch

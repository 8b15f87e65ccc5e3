#include "patchbuild/decide/comparison.h"

namespace livepatch {

namespace {

const BaseSymbol *inBaseUnit(const BaseIndex &index, const ComparedUnit &unit, const MapFunction &now) {
  if (unit.isNew())
    return nullptr;
  for (const UnpairedFunction &unpaired : unit.unpaired)
    if (unpaired.now == &now)
      return nullptr;
  for (const auto &[old, name] : unit.renumbered)
    if (name == now.name)
      return index.inUnit(unit.baseIndex, old->name);
  const BaseSymbol *same = index.inUnit(unit.baseIndex, now.name);
  // The number in the name is another function's now.
  return same && same->function && unit.renumbered.contains(same->function) ? nullptr : same;
}

ComparedFunction compareFunction(const BaseIndex &index, const ComparedUnit &unit, const MapFunction &now) {
  ComparedFunction out;
  out.now = &now;
  const BaseSymbol *base = inBaseUnit(index, unit, now);
  // A function that other units can name may have moved here from another file.
  if ((!base || !base->function) && now.linkage != Linkage::Internal)
    base = index.external(now.name);
  if (!base || !base->function)
    return out;
  out.base = base->function;
  out.baseUnit = base->unit;
  if (!out.base->address || out.base->late.empty())
    return out;
  out.state = out.base->late == now.late ? FunctionState::Unchanged : FunctionState::Changed;
  // An inline function's first use in this unit: the copy that the target already has comes from a unit that the
  // change does not concern, and may differ in nothing but what the optimiser knew there.
  if (out.state == FunctionState::Changed && out.baseUnit != unit.baseIndex && now.linkage == Linkage::Linkonce &&
      out.base->early == now.early)
    out.state = FunctionState::Unchanged;
  return out;
}

} // namespace

const ComparedFunction *ComparedUnit::paired(const MapFunction &base) const {
  const auto other = renumbered.find(&base);
  const auto found = functions.find(other == renumbered.end() ? base.name : other->second);
  return found != functions.end() && found->second.base == &base ? &found->second : nullptr;
}

bool Comparison::concerns(std::size_t baseIndex) const {
  return ofBase(baseIndex) != nullptr;
}

const ComparedUnit *Comparison::ofBase(std::size_t baseIndex) const {
  for (const ComparedUnit &unit : units)
    if (unit.baseIndex == baseIndex)
      return &unit;
  return nullptr;
}

Comparison compareUnits(const BaseIndex &index, const std::vector<CompiledUnit> &units) {
  Comparison out;
  for (const CompiledUnit &compiled : units) {
    ComparedUnit unit;
    unit.compiled = &compiled;
    if (compiled.base) {
      unit.baseIndex = index.indexOf(*compiled.base);
      pairRenumberedFunctions(*compiled.base, compiled.unit, unit);
    }
    for (const MapFunction &function : compiled.unit.functions)
      if (function.defined && !function.late.empty())
        unit.functions.emplace(function.name, compareFunction(index, unit, function));
    for (const MapAlias &alias : compiled.unit.aliases)
      unit.aliases.emplace(alias.name, &alias);
    pairVariables(index, unit);
    out.units.push_back(std::move(unit));
  }
  return out;
}

} // namespace livepatch

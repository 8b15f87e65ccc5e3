#include "patchbuild/decide/comparison.h"

namespace livepatch {

namespace {

ComparedFunction compareFunction(const BaseIndex &index, std::size_t baseIndex, const MapFunction &now) {
  ComparedFunction out;
  out.now = &now;
  const BaseSymbol *base = baseIndex == ComparedUnit::npos ? nullptr : index.inUnit(baseIndex, now.name);
  // A function that other units can name may have moved here from another file.
  if ((!base || !base->function) && now.linkage != Linkage::Internal) base = index.external(now.name);
  if (!base || !base->function) return out;
  out.base = base->function;
  out.baseUnit = base->unit;
  if (!out.base->address || out.base->late.empty()) return out;
  out.state = out.base->late == now.late ? FunctionState::Unchanged : FunctionState::Changed;
  // An inline function's first use in this unit: the copy that the target already has comes from a unit that the
  // change does not concern, and may differ in nothing but what the optimiser knew there.
  if (out.state == FunctionState::Changed && out.baseUnit != baseIndex && now.linkage == Linkage::Linkonce &&
      out.base->early == now.early)
    out.state = FunctionState::Unchanged;
  return out;
}

} // namespace

bool Comparison::concerns(std::size_t baseIndex) const { return ofBase(baseIndex) != nullptr; }

const ComparedUnit *Comparison::ofBase(std::size_t baseIndex) const {
  for (const ComparedUnit &unit : units)
    if (unit.baseIndex == baseIndex) return &unit;
  return nullptr;
}

Comparison compareUnits(const BaseIndex &index, const std::vector<CompiledUnit> &units) {
  Comparison out;
  for (const CompiledUnit &compiled : units) {
    ComparedUnit unit;
    unit.compiled = &compiled;
    if (compiled.base) unit.baseIndex = index.indexOf(*compiled.base);
    for (const MapFunction &function : compiled.unit.functions)
      if (function.defined && !function.late.empty())
        unit.functions.emplace(function.name, compareFunction(index, unit.baseIndex, function));
    for (const MapAlias &alias : compiled.unit.aliases) unit.aliases.emplace(alias.name, &alias);
    pairVariables(index, unit);
    out.units.push_back(std::move(unit));
  }
  return out;
}

} // namespace livepatch

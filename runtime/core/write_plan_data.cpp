#include "runtime/core/write_plan_data.h"

#include <algorithm>
#include <fmt/format.h>

namespace livepatch {
namespace {

Error cannotWrite(const std::string &name, const std::string &why, std::string remedy = {}) {
  return error(Fault::Refused, fmt::format("cannot write {}: {}", name, why), std::move(remedy));
}

} // namespace

std::vector<std::uint8_t> pointerBytes(RuntimeAddr address) {
  std::vector<std::uint8_t> bytes(sizeof address.value);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(address.value >> (8 * i));
  return bytes;
}

Result<DataPlanner::Place> DataPlanner::findPlace(const Command &command, std::uint64_t size) const {
  LP_TRY_ASSIGN(const TargetSymbol symbol, input_.symbols.find(command.target.name));
  Place place{symbol.qualifiedName(), symbol.object, {}};
  if (symbol.kind == SymbolKind::Function || symbol.kind == SymbolKind::Ifunc)
    return cannotWrite(place.name, "it is a function", "redirect it with a J line");
  if (symbol.kind == SymbolKind::Tls)
    return cannotWrite(place.name, "it is thread-local: each thread has its own value");
  if (symbol.object >= input_.targets.size())
    return cannotWrite(place.name, "its object is not loaded");
  const std::uint64_t offset = command.target.offset;
  if (symbol.size != 0 && (offset > symbol.size || size > symbol.size - offset))
    return cannotWrite(place.name,
                       fmt::format("{} bytes at offset {} do not fit into its {} bytes", size, offset, symbol.size));
  const PlanTarget &target = input_.targets[symbol.object];
  const RuntimeAddr begin = target.bias + symbol.address;
  place.at = begin + offset;
  if (place.at < begin || !target.range.contains(begin) || !target.range.contains(place.at, size))
    return cannotWrite(place.name, fmt::format("{:#x} lies outside of {}", place.at.value, target.name),
                       "the mapfile belongs to another build of the target");
  if (!covers(input_.maps, place.at, size, Access::Writable))
    return cannotWrite(place.name, "it lies in read-only memory",
                       "constants are changed by replacing the functions that use them");
  return place;
}

Result<RuntimeAddr> DataPlanner::addressOf(const SymbolReference &reference) const {
  auto symbol = input_.symbols.find(reference.name);
  if (symbol) {
    if (symbol->kind == SymbolKind::Tls || symbol->object >= input_.targets.size())
      return error(Fault::Refused, fmt::format("{} has no single address", reference.name));
    return input_.targets[symbol->object].bias + symbol->address + reference.offset;
  }
  if (symbol.failure().fault != Fault::NotFound || !input_.external)
    return std::move(symbol).failure();
  LP_TRY_ASSIGN(const RuntimeAddr address, input_.external(reference.name));
  return address + reference.offset;
}

Result<void> DataPlanner::planPointer(const Command &command, PlannedData &data) const {
  if (command.patch.name == nullPatchSymbol && command.patch.offset == 0) {
    data.fresh = pointerBytes({});
    return {};
  }
  LP_TRY_ASSIGN(const auto definitions, input_.patch.definitions(command.patch.name));
  if (!definitions.empty()) {
    data.patchPointer = definitions.front().value + command.patch.offset;
    data.fresh = pointerBytes({}); // the patch has no address yet: resolvePointers
    return {};
  }
  auto address = addressOf(command.patch);
  if (!address)
    return error(address.failure().fault,
                 fmt::format("cannot point {} at {}: {}", data.name, command.patch.name, address.failure().message),
                 address.failure().remedy);
  data.fresh = pointerBytes(*address);
  return {};
}

Result<std::vector<std::uint8_t>> DataPlanner::guardBytes(const Guard &guard, const Place &place,
                                                          CommandKind kind) const {
  if (std::holds_alternative<NullPointerGuard>(guard))
    return pointerBytes({});
  if (const auto *symbol = std::get_if<SymbolGuard>(&guard)) {
    LP_TRY_ASSIGN(const RuntimeAddr address, addressOf(symbol->symbol));
    return pointerBytes(address);
  }
  const std::vector<std::uint8_t> &bytes = std::get<BytesGuard>(guard).bytes;
  if (kind == CommandKind::Value)
    return bytes;
  // A pointer's guard is its link-time value: the loader has added the bias to all but null pointers.
  LinkAddr linked;
  for (std::size_t i = bytes.size(); i-- > 0;)
    linked.value = linked.value << 8 | bytes[i];
  if (linked.value == 0)
    return bytes;
  return pointerBytes(input_.targets[place.object].bias + linked);
}

Result<PlannedData> DataPlanner::plan(const Command &command, std::vector<std::string> &notes) const {
  PlannedData data;
  data.pointer = command.kind == CommandKind::Pointer;
  const std::uint64_t size = data.pointer ? input_.architecture.pointerSize : command.bytes.size();
  LP_TRY_ASSIGN(const Place place, findPlace(command, size));
  data.name = command.target.offset == 0 ? place.name : fmt::format("{}+{:#x}", place.name, command.target.offset);
  data.at = place.at;
  if (data.pointer) {
    LP_TRY(planPointer(command, data));
  } else {
    data.fresh = command.bytes;
  }
  if (command.guard) {
    LP_TRY_ASSIGN(data.guard, guardBytes(*command.guard, place, command.kind));
    if (data.guard->size() != data.fresh.size())
      return cannotWrite(data.name, "its guard has another size");
  } else {
    notes.push_back(fmt::format("{}: no guard: replaced whatever its value is", data.name));
  }
  return data;
}

} // namespace livepatch

#include "runtime/patcher/process_symbols.h"

#include "runtime/linux/ifunc.h"
#include "runtime/linux/loader_scope.h"
#include "runtime/linux/unique_symbol.h"

#include <algorithm>
#include <elf.h>
#include <fmt/format.h>

namespace livepatch {

ProcessSymbols::ProcessSymbols(const ModuleList &modules, const TargetMemory &memory, const Architecture &architecture,
                               const std::vector<std::size_t> &users, const std::vector<std::string_view> &needed)
    : modules_(&modules), memory_(&memory), architecture_(&architecture), objects_(modules.objects()),
      order_(lookupOrder(modules, memory, users)) {
  addNeeded(needed);
  for (const std::size_t module : order_)
    scope_.push_back(objects_[module]);
}

void ProcessSymbols::addNeeded(std::vector<std::string_view> needed) {
  // Breadth first, as for dlopen; `needed` grows while it is read.
  for (std::size_t next = 0; next < needed.size(); ++next)
    for (std::size_t i = 0; i < modules_->modules.size(); ++i) {
      if (!modules_->modules[i].isCalled(needed[next]) || std::find(order_.begin(), order_.end(), i) != order_.end())
        continue;
      order_.push_back(i);
      const auto &further = modules_->modules[i].view.needed();
      needed.insert(needed.end(), further.begin(), further.end());
      break;
    }
}

Result<SymbolValue> ProcessSymbols::valueOf(const SymbolRequest &request) const {
  Result<Resolution> resolved = resolveSymbol(scope_, request);
  if (!resolved)
    return missing(request, std::move(resolved).failure());
  Resolution found = std::move(*resolved);
  if (found.kind == ResolutionKind::WeakUndefined)
    return SymbolValue{};
  found.object = order_[found.object];
  if (found.kind == ResolutionKind::ThreadLocal)
    return SymbolValue{{}, found.threadLocal};
  if (found.kind == ResolutionKind::Ifunc) {
    LP_TRY_ASSIGN(const RuntimeAddr chosen, ifuncImplementation(*modules_, *memory_, *architecture_, found));
    return SymbolValue{chosen, {}};
  }
  if (found.symbol.binding == STB_GNU_UNIQUE)
    return SymbolValue{uniqueInstance(*modules_, *memory_, *architecture_, found), {}};
  return SymbolValue{found.address, {}};
}

Result<SymbolValue> ProcessSymbols::threadLocal(std::size_t module, std::uint64_t blockOffset,
                                                std::string_view name) const {
  LP_TRY_ASSIGN(const Resolution resolution, resolveThreadLocal(objects_[module], blockOffset, name));
  return SymbolValue{{}, resolution.threadLocal};
}

// Says so where the name is there, but the loader would not have found it either.
Error ProcessSymbols::missing(const SymbolRequest &request, Error failure) const {
  if (failure.fault != Fault::NotFound)
    return failure;
  const auto elsewhere = findDefinition(objects_, request);
  if (elsewhere && *elsewhere) {
    const Module &module = modules_->modules[(*elsewhere)->object];
    failure.message += fmt::format(": {} has it, but was loaded for others only (RTLD_LOCAL)", module.fileName());
  }
  return failure;
}

} // namespace livepatch

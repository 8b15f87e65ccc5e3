#include "runtime/linux/unique_symbol.h"

#include <elf.h>

namespace livepatch {
namespace {

bool isDefinition(const Module &module, std::string_view name, RuntimeAddr at) {
  const auto definitions = module.view.definitions(name);
  if (!definitions)
    return false;
  for (const ElfSymbol &symbol : *definitions)
    if (symbol.binding == STB_GNU_UNIQUE && module.bias + symbol.value == at)
      return true;
  return false;
}

} // namespace

RuntimeAddr uniqueInstance(const ModuleList &list, const TargetMemory &memory, const Architecture &architecture,
                           const Resolution &symbol) {
  for (const Module &module : list.modules) {
    const auto relocations = module.view.relocations(architecture.relativeRelocation);
    if (!relocations)
      continue;
    for (const ElfRelocation &relocation : *relocations) {
      const RelocationKind kind = architecture.relocationKind(relocation.type);
      if (relocation.symbol == 0 || (kind != RelocationKind::SymbolSlot && kind != RelocationKind::Absolute))
        continue;
      const auto named = module.view.symbol(relocation.symbol);
      if (!named || named->name != symbol.symbol.name)
        continue;
      const auto value = memory.readWord(module.bias + relocation.at);
      if (!value)
        continue;
      const auto addend = kind == RelocationKind::Absolute ? static_cast<std::uint64_t>(relocation.addend) : 0;
      const RuntimeAddr at{*value - addend};
      // A slot that is not bound yet, or was written to by the program, is no evidence.
      for (const Module &definer : list.modules)
        if (isDefinition(definer, symbol.symbol.name, at))
          return at;
    }
  }
  return symbol.address;
}

} // namespace livepatch

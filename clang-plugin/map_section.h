// The map section `.debug_livepatch` (docs/formats.md, section 1), emitted as assembly of the module.
//
// Assembly, because only the assembler and the linker know addresses, and because it works for every kind of output:
// objects, -S, bitcode, and with another assembler than Clang's own.
#pragma once

#include "clang-plugin/unit_facts.h"
#include "clang-plugin/unit_map.h"

#include "llvm/IR/Module.h"

namespace livepatch {

// Whether every assembler takes this symbol, in quotes if need be.
bool isNameableInAssembly(llvm::StringRef symbol);

void addMapSection(llvm::Module &module, const UnitMap &map, const std::vector<RecordType> &records);

} // namespace livepatch

// Which of several definitions of a unique symbol (STB_GNU_UNIQUE: a static of an inline function) the process uses.
//
// The loader takes the one that was bound first, for all objects and whatever their scopes are. Each object that has
// such a symbol refers to it through a slot, and all these slots hold the same address.
#pragma once

#include "runtime/arch/architecture.h"
#include "runtime/core/resolve.h"
#include "runtime/linux/modules.h"
#include "runtime/linux/target_memory.h"

namespace livepatch {

// `symbol` has the index of its module. Its own definition, where no slot tells another one.
[[nodiscard]] RuntimeAddr uniqueInstance(const ModuleList &list, const TargetMemory &memory,
                                         const Architecture &architecture, const Resolution &symbol);

} // namespace livepatch

// Which implementation an IFUNC symbol of the target stands for.
//
// Its resolver function is never run in the target. Either the target's own loader has asked it already and the answer
// stands in a relocated slot, or the same library is loaded in this tool too, on the same processor, and is asked here.
#pragma once

#include "runtime/arch/architecture.h"
#include "runtime/core/resolve.h"
#include "runtime/core/result.h"
#include "runtime/linux/modules.h"
#include "runtime/linux/target_memory.h"

namespace livepatch {

// `symbol` is of kind ResolutionKind::Ifunc, resolved with the index of its module.
[[nodiscard]] Result<RuntimeAddr> ifuncImplementation(const ModuleList &modules, const TargetMemory &memory,
                                                      const Architecture &architecture, const Resolution &symbol);

} // namespace livepatch

// The optimiser half of the plugin.
#pragma once

#include "llvm/Passes/PassBuilder.h"

namespace livepatch {

void registerPasses(llvm::PassBuilder &builder);

} // namespace livepatch

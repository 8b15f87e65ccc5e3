// What the optimiser has to leave in place.
#pragma once

#include "llvm/IR/Module.h"

namespace livepatch {

// Writable variables with local linkage: else the optimiser splits, shrinks or folds them, and a patch would not find
// the state of the running program. Functions stay free: pinning them costs a fifth of the text.
void pinWritableStatics(llvm::Module &module);

} // namespace livepatch

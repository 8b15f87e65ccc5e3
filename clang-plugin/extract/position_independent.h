// Turns a module that was compiled for an executable into one that can be linked with -shared.
#pragma once

#include "llvm/IR/Module.h"

namespace livepatch {

// Everything that the patch does not define may live anywhere: default visibility, not local to the object, and
// thread-local variables through the initial-exec model (the runtime knows their offset; it cannot add modules).
void makePositionIndependent(llvm::Module &module);

} // namespace livepatch

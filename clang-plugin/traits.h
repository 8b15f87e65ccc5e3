// Properties of functions that decide how they may be patched.
#pragma once

#include "llvm/IR/Function.h"
#include "llvm/IR/Module.h"

#include <set>

namespace livepatch {

// Somebody may hold the address: any use that is not a direct call. The compiler's own lists do not count.
bool isAddressTaken(const llvm::Function &function);
// Once entered it never returns: loops, and has no way out. A patched body takes effect at the next call, so never.
bool isEndlessLoop(const llvm::Function &function);
// Functions that the C++ front end makes to initialise variables.
bool isVariableInitialiser(const llvm::Function &function);
// Run once by the start-up code.
std::set<const llvm::Function *> constructorsOf(const llvm::Module &module);
// Run by the dynamic linker.
std::set<const llvm::Function *> ifuncResolversOf(const llvm::Module &module);

} // namespace livepatch

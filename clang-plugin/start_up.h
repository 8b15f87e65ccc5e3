// Functions that have done their work when the program is up.
#pragma once

#include "llvm/IR/Function.h"
#include "llvm/IR/Module.h"

#include <set>

namespace livepatch {

// Local functions that only `main`, constructors and others of their kind call, and never from inside a loop: each is
// called a fixed number of times, at the start. The module as the front end made it, before anything is inlined.
std::set<const llvm::Function *> startUpFunctions(const llvm::Module &module);

// What the function calls again and again, or may call after a loop of its own, or takes the address of: the rest it
// calls once at most, on its way. With that from all units it can be told what a program calls only while it starts.
std::set<const llvm::Function *> repeatedCallees(const llvm::Function &function);

} // namespace livepatch

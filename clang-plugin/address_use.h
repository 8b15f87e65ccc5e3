// What a unit does with the address of a constant, besides reading through it.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/GlobalVariable.h"

namespace livepatch {

// "compared": with another address; "kept": stored, returned or handed on, so that it may live on somewhere; else
// empty. A patch that brings its own copy of the constant has it at another address.
llvm::StringRef addressUse(const llvm::GlobalVariable &constant);

} // namespace livepatch

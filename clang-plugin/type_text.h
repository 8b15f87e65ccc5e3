// Types and attributes as text that two compiles of the same code share.
//
// Structure only: no names of structs (the compiler numbers them), and every pointer is `p`, whatever it points to.
#pragma once

#include "llvm/IR/Attributes.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Type.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace livepatch {

void printType(llvm::raw_ostream &out, llvm::Type &type);

// Of a definition what the optimiser derived from the body is left out: a callee that starts to write memory takes
// `readonly` from all its callers, whose code stays as it was.
enum class AttributeScope { Definition, CallSite };
void printAttributes(llvm::raw_ostream &out, llvm::AttributeList attributes, unsigned parameters, AttributeScope scope);

// What a caller must know: types, calling convention and the attributes that say where arguments travel.
std::string callingContract(const llvm::Function &function);

} // namespace livepatch

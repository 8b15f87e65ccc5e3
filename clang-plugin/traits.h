// Properties of functions that decide how they may be patched.
#pragma once

#include "llvm/IR/Function.h"
#include "llvm/IR/Module.h"

#include <set>
#include <string>

namespace livepatch {

class Traits {
public:
  explicit Traits(const llvm::Module &module);

  // As named in the map: address-taken, constructor, ifunc-resolver, init, naked, noreturn-loop.
  std::set<std::string> of(const llvm::Function &function) const;

private:
  std::set<const llvm::Function *> constructors_; // run once by the start-up code
  std::set<const llvm::Function *> resolvers_;    // run by the dynamic linker
};

// Run once before main.
std::set<const llvm::Function *> constructorsOf(const llvm::Module &module);
// Made by the C++ front end to give variables their first values.
bool isVariableInitialiser(const llvm::Function &function);

} // namespace livepatch

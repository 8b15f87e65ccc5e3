// Finds the declaration behind a symbol of the finished module.
#pragma once

#include "clang-plugin/unit_facts.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Module.h"

namespace livepatch {

class DeclarationJoin {
public:
  DeclarationJoin(const llvm::Module &module, const UnitFacts &facts);

  // What is uncertain stays empty: several declarations come into question and differ.
  DeclaredFunction function(llvm::StringRef symbol) const;
  DeclaredVariable variable(const llvm::GlobalVariable &variable) const;

private:
  const UnitFacts &facts_;
  llvm::DenseMap<const llvm::GlobalVariable *, DeclaredVariable> variables_;
};

} // namespace livepatch

// Names of a module's symbols: as the linker sees them, and as a fingerprint may use them.
//
// The compiler numbers what has no name of its own (`f.n.1`, `$_3`) in the order of the source. A line added elsewhere
// must not look like a change, so fingerprints use names without these numbers.
#pragma once

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/GlobalValue.h"
#include "llvm/IR/Module.h"

#include <string>

namespace livepatch {

// The name in the object's symbol table (an asm label loses its \01 mark).
std::string linkerName(const llvm::GlobalValue &value);

// `f.n.12` -> `f.n`. Only for names with local linkage: there the compiler appends numbers, elsewhere the user did.
llvm::StringRef withoutSuffixNumbers(llvm::StringRef name);

// `_ZZ1fvENK3$_1clEv` -> `_ZZ1fvENK$_clEv`: lambdas and unnamed types are numbered through the whole unit.
std::string withoutUnnamedNumbers(llvm::StringRef name);

class SymbolNaming {
public:
  explicit SymbolNaming(const llvm::Module &module);

  // Without the numbers given by the compiler.
  llvm::StringRef canonical(const llvm::GlobalValue &value) const;
  // Several symbols of the module share the canonical name; it alone does not say which one is meant.
  bool isAmbiguous(const llvm::GlobalValue &value) const;

private:
  llvm::DenseMap<const llvm::GlobalValue *, std::string> canonical_;
  llvm::StringMap<unsigned> bearers_;
};

} // namespace livepatch

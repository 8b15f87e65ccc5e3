#include "clang-plugin/pinning.h"

#include "clang-plugin/llvm_compat.h"

#include "llvm/Transforms/Utils/ModuleUtils.h"

namespace livepatch {

void pinWritableStatics(llvm::Module &module) {
  llvm::SmallVector<llvm::GlobalValue *, 0> pinned;
  for (llvm::GlobalVariable &variable : module.globals())
    if (variable.hasLocalLinkage() && variable.hasInitializer() && !variable.isConstant() &&
        !startsWith(variable.getName(), "llvm."))
      pinned.push_back(&variable);
  if (!pinned.empty())
    llvm::appendToCompilerUsed(module, pinned);
}

} // namespace livepatch

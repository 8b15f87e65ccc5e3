#include "clang-plugin/extract/position_independent.h"

#include "llvm/IR/Metadata.h"

namespace livepatch {
namespace {

void replaceLevels(llvm::Module &module) {
  llvm::NamedMDNode *flags = module.getModuleFlagsMetadata();
  if (flags) {
    llvm::SmallVector<llvm::MDNode *, 8> kept;
    for (llvm::MDNode *flag : flags->operands()) {
      auto *name = flag->getNumOperands() > 1 ? llvm::dyn_cast<llvm::MDString>(flag->getOperand(1)) : nullptr;
      if (name && (name->getString() == "PIE Level" || name->getString() == "PIC Level"))
        continue;
      kept.push_back(flag);
    }
    flags->clearOperands();
    for (llvm::MDNode *flag : kept)
      flags->addOperand(flag);
  }
  module.setPICLevel(llvm::PICLevel::BigPIC);
}

} // namespace

void makePositionIndependent(llvm::Module &module) {
  // Code of a library may be loaded at any time, so its thread-local variables need not be at one place in all threads.
  const bool ofLibrary =
      module.getPICLevel() != llvm::PICLevel::NotPIC && module.getPIELevel() == llvm::PIELevel::Default;
  replaceLevels(module);
  for (llvm::GlobalValue &value : module.global_values()) {
    if (!value.isDeclaration() || llvm::isa<llvm::GlobalAlias>(value))
      continue;
    if (auto *function = llvm::dyn_cast<llvm::Function>(&value); function && function->isIntrinsic())
      continue;
    // Every object has a __dso_handle of its own; the linker would not find a default one.
    if (value.getName() == "__dso_handle")
      continue;
    value.setVisibility(llvm::GlobalValue::DefaultVisibility);
    value.setDSOLocal(false);
    if (!value.isThreadLocal())
      continue;
    const bool fixedPlace = value.getThreadLocalMode() == llvm::GlobalValue::InitialExecTLSModel;
    value.setThreadLocalMode(ofLibrary && !fixedPlace ? llvm::GlobalValue::GeneralDynamicTLSModel
                                                      : llvm::GlobalValue::InitialExecTLSModel);
  }
}

} // namespace livepatch

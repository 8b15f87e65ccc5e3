#include "clang-plugin/address_use.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

namespace livepatch {
namespace {

class AddressUses {
public:
  void follow(const llvm::Value &address) {
    for (const llvm::Use &use : address.uses())
      if (seen_.insert(&use).second)
        one(use);
  }
  bool compared = false, kept = false;

private:
  void one(const llvm::Use &use) {
    const llvm::User *user = use.getUser();
    if (llvm::isa<llvm::LoadInst>(user))
      return;
    if (llvm::isa<llvm::GEPOperator>(user) || llvm::isa<llvm::BitCastOperator>(user) ||
        llvm::isa<llvm::AddrSpaceCastOperator>(user) || llvm::isa<llvm::PHINode>(user) ||
        llvm::isa<llvm::SelectInst>(user))
      return follow(*user);
    if (auto *compare = llvm::dyn_cast<llvm::ICmpInst>(user)) {
      // Whether it is null is asked of what may be something else.
      const llvm::Value *other = compare->getOperand(1 - use.getOperandNo());
      compared |= !llvm::isa<llvm::ConstantPointerNull>(other);
      return;
    }
    if (auto *call = llvm::dyn_cast<llvm::CallBase>(user)) {
      const bool argument = call->isArgOperand(&use);
      kept |= !argument || !call->doesNotCapture(call->getArgOperandNo(&use));
      return;
    }
    // In another initialiser: of a writable variable it is what the program starts with.
    if (auto *variable = llvm::dyn_cast<llvm::GlobalVariable>(user)) {
      kept |= !variable->isConstant();
      return;
    }
    if (llvm::isa<llvm::ConstantAggregate>(user))
      return follow(*user);
    kept = true;
  }

  llvm::DenseSet<const llvm::Use *> seen_;
};

} // namespace

llvm::StringRef addressUse(const llvm::GlobalVariable &constant) {
  AddressUses uses;
  uses.follow(constant);
  if (uses.compared)
    return "compared";
  return uses.kept ? "kept" : "";
}

} // namespace livepatch

#include "clang-plugin/extract/absolute_tables.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"

namespace livepatch {
namespace {

using namespace llvm;

const GlobalValue *distantSymbol(const Constant &constant, SmallPtrSetImpl<const Constant *> &seen, bool inDistance) {
  if (auto *symbol = dyn_cast<GlobalValue>(&constant))
    return inDistance && symbol->isDeclaration() ? symbol : nullptr;
  if (!inDistance && !seen.insert(&constant).second)
    return nullptr;
  auto *expression = dyn_cast<ConstantExpr>(&constant);
  inDistance = inDistance || (expression && expression->getOpcode() == Instruction::Sub);
  for (const Use &operand : constant.operands())
    if (auto *inner = dyn_cast<Constant>(operand.get()))
      if (const GlobalValue *found = distantSymbol(*inner, seen, inDistance))
        return found;
  return nullptr;
}

// The X of `trunc(X - table)`.
Constant *targetOf(const Constant &entry, const GlobalVariable &table) {
  auto *narrowed = dyn_cast<ConstantExpr>(&entry);
  if (!narrowed || narrowed->getOpcode() != Instruction::Trunc)
    return nullptr;
  auto *distance = dyn_cast<ConstantExpr>(narrowed->getOperand(0));
  if (!distance || distance->getOpcode() != Instruction::Sub)
    return nullptr;
  auto *to = dyn_cast<ConstantExpr>(distance->getOperand(0));
  auto *from = dyn_cast<ConstantExpr>(distance->getOperand(1));
  if (!to || !from || to->getOpcode() != Instruction::PtrToInt || from->getOpcode() != Instruction::PtrToInt)
    return nullptr;
  return from->getOperand(0)->stripPointerCasts() == &table ? cast<Constant>(to->getOperand(0)) : nullptr;
}

// All readers of the table, seen through casts; false if somebody else has its address.
bool findReaders(Value &value, const GlobalVariable &table, SmallVectorImpl<CallInst *> &readers) {
  for (Use &use : value.uses()) {
    User *user = use.getUser();
    if (auto *call = dyn_cast<IntrinsicInst>(user); call && call->getIntrinsicID() == Intrinsic::load_relative) {
      readers.push_back(call);
      continue;
    }
    auto *cast = dyn_cast<ConstantExpr>(user);
    if (!cast)
      return false;
    if (cast->getOpcode() == Instruction::PtrToInt)
      continue; // its own entries
    if (cast->stripPointerCasts() != &table || !findReaders(*cast, table, readers))
      return false;
  }
  return true;
}

bool makeAbsolute(GlobalVariable &table) {
  table.removeDeadConstantUsers();
  auto *distances = dyn_cast<ConstantArray>(table.getInitializer());
  SmallVector<CallInst *, 4> readers;
  if (!distances || !findReaders(table, table, readers) || readers.empty())
    return false;
  Type *address = readers.front()->getType();
  SmallVector<Constant *, 16> entries;
  for (const Use &entry : distances->operands()) {
    Constant *target = targetOf(*cast<Constant>(entry.get()), table);
    if (!target)
      return false;
    entries.push_back(ConstantExpr::getPointerCast(target, address));
  }
  Module &module = *table.getParent();
  ArrayType *type = ArrayType::get(address, entries.size());
  auto *absolute = new GlobalVariable(module, type, /*isConstant=*/true, GlobalValue::PrivateLinkage,
                                      ConstantArray::get(type, entries), table.getName() + ".absolute");
  absolute->setAlignment(Align(8));
  for (CallInst *reader : readers) {
    IRBuilder<> code(reader);
    Value *base = ConstantExpr::getPointerCast(absolute, reader->getArgOperand(0)->getType());
    Value *offset = code.CreateShl(reader->getArgOperand(1), 1); // entries of 8 bytes instead of 4
    Value *entry = code.CreateGEP(code.getInt8Ty(), base, offset);
    Value *loaded = code.CreateAlignedLoad(address, code.CreatePointerCast(entry, address->getPointerTo()), Align(8));
    reader->replaceAllUsesWith(loaded);
    reader->eraseFromParent();
  }
  table.setInitializer(nullptr); // the last to refer to the table
  table.removeDeadConstantUsers();
  if (table.use_empty())
    table.eraseFromParent();
  return true;
}

} // namespace

Error makeTablesAbsolute(Module &module) {
  SmallVector<GlobalVariable *, 8> tables;
  for (GlobalVariable &variable : module.globals())
    if (variable.hasInitializer())
      tables.push_back(&variable);
  for (GlobalVariable *table : tables) {
    SmallPtrSet<const Constant *, 16> seen;
    const GlobalValue *symbol = distantSymbol(*table->getInitializer(), seen, false);
    if (!symbol || makeAbsolute(*table))
      continue;
    return createStringError(
        inconvertibleErrorCode(),
        "'" + table->getName() + "' holds the distance to '" + symbol->getName() +
            "', which stays in the target; distances between a patch and its target are not fixed");
  }
  return Error::success();
}

} // namespace livepatch

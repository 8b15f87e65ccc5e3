#include "clang-plugin/traits.h"

#include "clang-plugin/llvm_compat.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/IR/GlobalIFunc.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"

#include <utility>
#include <vector>

namespace livepatch {
namespace {

bool isCompilerList(const llvm::User &user) {
  auto *variable = llvm::dyn_cast<llvm::GlobalVariable>(&user);
  if (!variable)
    return false;
  const llvm::StringRef name = variable->getName();
  return name == "llvm.used" || name == "llvm.compiler.used" || name == "llvm.global_ctors" ||
         name == "llvm.global_dtors";
}

bool escapes(const llvm::Value &value, llvm::SmallPtrSetImpl<const llvm::Value *> &seen) {
  for (const llvm::Use &use : value.uses()) {
    const llvm::User *user = use.getUser();
    if (isCompilerList(*user) || llvm::isa<llvm::BlockAddress>(user))
      continue;
    if (auto *call = llvm::dyn_cast<llvm::CallBase>(user)) {
      if (!call->isCallee(&use))
        return true;
    } else if (llvm::isa<llvm::GlobalIFunc>(user)) {
      continue;
    } else if (llvm::isa<llvm::ConstantExpr>(user) || llvm::isa<llvm::ConstantAggregate>(user) ||
               llvm::isa<llvm::GlobalAlias>(user)) {
      // Casts of the callee in 14, rows of the compiler's lists, and aliases: what becomes of those decides.
      if (seen.insert(user).second && escapes(*user, seen))
        return true;
    } else {
      return true;
    }
  }
  return false;
}

// Somebody may hold the address: any use that is not a direct call.
bool isAddressTaken(const llvm::Function &function) {
  llvm::SmallPtrSet<const llvm::Value *, 16> seen;
  return escapes(function, seen);
}

// Once entered it never returns: it loops, and has no way out. What is patched takes effect at the next call, so never.
bool isEndlessLoop(const llvm::Function &function) {
  // Depth first from the entry; an edge to a block still on the path closes a loop.
  enum class State { OnPath, Done };
  llvm::DenseMap<const llvm::BasicBlock *, State> states;
  std::vector<std::pair<const llvm::BasicBlock *, llvm::const_succ_iterator>> path;
  bool loops = false;
  auto enter = [&](const llvm::BasicBlock &block) {
    states[&block] = State::OnPath;
    path.emplace_back(&block, llvm::succ_begin(&block));
  };
  enter(function.getEntryBlock());
  while (!path.empty()) {
    auto &[block, next] = path.back();
    if (llvm::isa<llvm::ReturnInst>(block->getTerminator()) || llvm::isa<llvm::ResumeInst>(block->getTerminator()))
      return false;
    if (next == llvm::succ_end(block)) {
      states[block] = State::Done;
      path.pop_back();
      continue;
    }
    const llvm::BasicBlock *successor = *next++;
    const auto known = states.find(successor);
    if (known == states.end())
      enter(*successor);
    else if (known->second == State::OnPath)
      loops = true;
  }
  return loops;
}

std::set<const llvm::Function *> ifuncResolversOf(const llvm::Module &module) {
  std::set<const llvm::Function *> resolvers;
  for (const llvm::GlobalIFunc &ifunc : module.ifuncs())
    if (auto *function = llvm::dyn_cast<llvm::Function>(ifunc.getResolver()->stripPointerCasts()))
      resolvers.insert(function);
  return resolvers;
}

} // namespace

std::set<const llvm::Function *> constructorsOf(const llvm::Module &module) {
  std::set<const llvm::Function *> constructors;
  const llvm::GlobalVariable *table = module.getNamedGlobal("llvm.global_ctors");
  auto *rows =
      table && table->hasInitializer() ? llvm::dyn_cast<llvm::ConstantArray>(table->getInitializer()) : nullptr;
  if (!rows)
    return constructors;
  // Rows are { priority, function, associated data }.
  for (const llvm::Use &row : rows->operands())
    if (auto *fields = llvm::dyn_cast<llvm::ConstantStruct>(row.get()); fields && fields->getNumOperands() > 1)
      if (auto *function = llvm::dyn_cast<llvm::Function>(fields->getOperand(1)->stripPointerCasts()))
        constructors.insert(function);
  return constructors;
}

bool isVariableInitialiser(const llvm::Function &function) {
  return function.hasLocalLinkage() && startsWith(function.getName(), "__cxx_global_var_init");
}

Traits::Traits(const llvm::Module &module)
    : constructors_(constructorsOf(module)), resolvers_(ifuncResolversOf(module)) {}

std::set<std::string> Traits::of(const llvm::Function &function) const {
  std::set<std::string> traits;
  auto add = [&](const char *name, bool has) {
    if (has)
      traits.insert(name);
  };
  add("address-taken", isAddressTaken(function));
  add("constructor", constructors_.count(&function) != 0);
  add("ifunc-resolver", resolvers_.count(&function) != 0);
  add("init", isVariableInitialiser(function));
  add("naked", function.hasFnAttribute(llvm::Attribute::Naked));
  add("noreturn-loop", isEndlessLoop(function));
  return traits;
}

} // namespace livepatch

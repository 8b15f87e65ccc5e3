#include "clang-plugin/start_up.h"

#include "clang-plugin/traits.h"

#include "llvm/ADT/SCCIterator.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstrTypes.h"

#include <map>
#include <utility>
#include <vector>

namespace livepatch {
namespace {

using Blocks = std::set<const llvm::BasicBlock *>;

// Blocks that can be reached from themselves.
Blocks blocksInLoops(const llvm::Function &function) {
  Blocks result;
  for (auto component = llvm::scc_begin(&function); !component.isAtEnd(); ++component)
    if (component.hasCycle())
      result.insert(component->begin(), component->end());
  return result;
}

// Blocks in loops, and all that can be reached from there.
Blocks blocksFromTheFirstLoopOn(const llvm::Function &function) {
  Blocks result = blocksInLoops(function);
  std::vector<const llvm::BasicBlock *> queue(result.begin(), result.end());
  while (!queue.empty()) {
    const llvm::BasicBlock *block = queue.back();
    queue.pop_back();
    for (const llvm::BasicBlock *next : llvm::successors(block))
      if (result.insert(next).second)
        queue.push_back(next);
  }
  return result;
}

class Search {
public:
  explicit Search(const llvm::Module &module) : module_(module), roots_(constructorsOf(module)) {
    if (const llvm::Function *main = module.getFunction("main"); main && !main->isDeclaration())
      roots_.insert(main);
  }

  std::set<const llvm::Function *> run() {
    for (bool more = !roots_.empty(); more;) {
      more = false;
      for (const llvm::Function &function : module_)
        if (!roots_.count(&function) && calledOnlyAtTheStart(function)) {
          found_.insert(&function);
          roots_.insert(&function);
          more = true;
        }
    }
    return std::move(found_);
  }

private:
  bool calledOnlyAtTheStart(const llvm::Function &function) {
    if (function.isDeclaration() || !function.hasLocalLinkage() || function.use_empty())
      return false;
    for (const llvm::Use &use : function.uses()) {
      auto *call = llvm::dyn_cast<llvm::CallBase>(use.getUser());
      if (!call || !call->isCallee(&use) || !roots_.count(call->getFunction()))
        return false;
      if (loopsOf(*call->getFunction()).count(call->getParent()))
        return false;
    }
    return true;
  }

  const Blocks &loopsOf(const llvm::Function &function) {
    const auto [known, isNew] = loops_.try_emplace(&function);
    if (isNew)
      known->second = blocksInLoops(function);
    return known->second;
  }

  const llvm::Module &module_;
  std::set<const llvm::Function *> roots_, found_;
  std::map<const llvm::Function *, Blocks> loops_;
};

} // namespace

std::set<const llvm::Function *> repeatedCallees(const llvm::Function &function) {
  std::set<const llvm::Function *> result;
  const Blocks again = blocksFromTheFirstLoopOn(function);
  for (const llvm::BasicBlock &block : function)
    for (const llvm::Instruction &instruction : block) {
      auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction);
      for (const llvm::Use &use : instruction.operands()) {
        // Whoever gets the address may call it at any time.
        const bool once = call && call->isCallee(&use) && !again.count(&block);
        auto *used = llvm::dyn_cast<llvm::Function>(use.get()->stripPointerCasts());
        if (used && !once && !used->isIntrinsic())
          result.insert(used);
      }
    }
  return result;
}

std::set<const llvm::Function *> startUpFunctions(const llvm::Module &module) {
  return Search(module).run();
}

} // namespace livepatch

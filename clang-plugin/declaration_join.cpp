#include "clang-plugin/declaration_join.h"

#include "clang-plugin/symbol_naming.h"

#include "llvm/ADT/MapVector.h"

#include <algorithm>

namespace livepatch {
namespace {

std::string declaredName(const llvm::GlobalVariable &variable) {
  const llvm::StringRef name = variable.getName();
  return withoutUnnamedNumbers(variable.hasLocalLinkage() ? withoutSuffixNumbers(name)
                                                          : llvm::StringRef(linkerName(variable)));
}

// `f.n` < `f.n.3` < `f.n.12`: the order in which the compiler made them.
bool isMadeBefore(const llvm::GlobalVariable *a, const llvm::GlobalVariable *b) {
  return a->getName().size() != b->getName().size() ? a->getName().size() < b->getName().size()
                                                    : a->getName() < b->getName();
}

// Keeps what all candidates have in common.
template <typename Declared>
Declared common(const std::vector<Declared> &candidates) {
  Declared result = candidates.front();
  for (const Declared &other : candidates) {
    if (other.type != result.type || other.means != result.means) {
      result.type.clear();
      result.means.clear();
    }
    if (other.place != result.place)
      result.place.clear();
  }
  return result;
}

} // namespace

DeclarationJoin::DeclarationJoin(const llvm::Module &module, const UnitFacts &facts) : facts_(facts) {
  llvm::StringMap<std::vector<const llvm::GlobalVariable *>> groups;
  for (const llvm::GlobalVariable &variable : module.globals())
    if (!variable.isDeclaration())
      groups[declaredName(variable)].push_back(&variable);
  for (auto &group : groups) {
    const auto known = facts.variables.find(group.first());
    if (known == facts.variables.end())
      continue;
    const std::vector<DeclaredVariable> &candidates = known->second;
    std::vector<const llvm::GlobalVariable *> &bearers = group.second;
    std::sort(bearers.begin(), bearers.end(), isMadeBefore);
    // Statics in dead code get no symbol: then the n-th symbol is not the n-th declaration.
    const bool paired = bearers.size() == candidates.size();
    for (std::size_t i = 0; i < bearers.size(); ++i)
      variables_[bearers[i]] = paired ? candidates[i] : common(candidates);
  }
}

DeclaredFunction DeclarationJoin::function(llvm::StringRef symbol) const {
  const auto known = facts_.functions.find(withoutUnnamedNumbers(symbol));
  return known == facts_.functions.end() ? DeclaredFunction() : common(known->second);
}

DeclaredVariable DeclarationJoin::variable(const llvm::GlobalVariable &variable) const {
  return variables_.lookup(&variable);
}

} // namespace livepatch

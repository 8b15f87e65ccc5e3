// The first look at a module, before the optimiser: what was inlined away is only seen here.
#include "clang-plugin/llvm_compat.h"
#include "clang-plugin/start_up.h"
#include "clang-plugin/traits.h"
#include "clang-plugin/unit_map.h"
#include "clang-plugin/unit_map_text.h"

#include <algorithm>

namespace livepatch {

EarlyLook lookEarly(const llvm::Module &module) {
  EarlyLook look;
  CanonicalText text(module, CanonicalText::Stage::Early);
  const Traits traits(module);
  const std::set<const llvm::Function *> startUp = startUpFunctions(module);
  for (const llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    const Fingerprint fingerprint = text.function(function);
    EarlyFunction early;
    early.linkage = linkageName(function).str();
    early.hidden = function.hasHiddenVisibility();
    early.fingerprint = fingerprint.hash;
    early.traits = traits.of(function);
    if (startUp.count(&function))
      early.traits.insert("init");
    early.calls = symbolNames(fingerprint.references);
    for (const llvm::Function *callee : repeatedCallees(function))
      early.repeats.push_back(linkerName(*callee));
    std::sort(early.repeats.begin(), early.repeats.end());
    if (isVariableInitialiser(function))
      look.initialised.insert(early.calls.begin(), early.calls.end());
    look.functions[linkerName(function)] = std::move(early);
  }
  return look;
}

} // namespace livepatch

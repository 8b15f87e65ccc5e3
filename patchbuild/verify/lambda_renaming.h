// The fresh build's symbols under the names that they have in the target and the patch.
//
// A closure's type has no name but a number, and all its code and data are named by that: "_ZZ1fvENKUlvE0_clEv". A
// fresh build numbers the lambdas as they stand in the new source, the patch as the target did
// (clang-plugin/lambda_numbers.h). Both compiled the same source, so the lambdas of one context are the same ones in
// the same order. Pure.
#pragma once

#include "patchbuild/compile/recompile.h"
#include "patchbuild/verify/built_program.h"

#include <string>
#include <vector>

namespace livepatch {

class LambdaRenaming {
public:
  // `fresh` and `patch`: the lambdas of one unit, those around others first.
  void add(const std::vector<MapLambda> &fresh, const std::vector<MapLambda> &patch);
  [[nodiscard]] std::string operator()(const std::string &symbol) const;
  [[nodiscard]] bool empty() const { return renumbered_.empty(); }

private:
  struct Renumbered {
    std::string type; // "f()::{lambda()#": what it is called, up to its number
    std::uint64_t fresh = 0, patch = 0;
  };
  std::vector<Renumbered> renumbered_;
};

// `patch`: the units that were compiled for the patch; all others have the same numbers in both builds.
void renameLambdas(BuiltProgram &fresh, const std::vector<CompiledUnit> &patch);

} // namespace livepatch

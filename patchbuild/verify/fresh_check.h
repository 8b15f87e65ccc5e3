// "Patched equals fresh": every function and variable of a fresh build of the new sources is in the old program as it
// is, or in the patch.
//
// An independent witness: it compares the machine code of two linked files and knows nothing of fingerprints.
#pragma once

#include "patchbuild/decide/verdict.h"
#include "patchbuild/source/change.h"
#include "patchbuild/verify/built_program.h"
#include "patchbuild/verify/equality.h"
#include "runtime/core/result.h"

#include <optional>
#include <string>
#include <vector>

namespace livepatch {

struct FreshDifference {
  std::string kind, unit, name, place; // kind: "function", "variable"
  Difference first;
};

struct FreshReport {
  std::string build;                        // the fresh build's path, as given
  std::size_t functions = 0, variables = 0; // compared
  std::size_t inPatch = 0;                  // of the functions
  std::vector<std::string> superfluous;     // in the patch, though the fresh build has the old code
  std::vector<FreshDifference> differences;
};

struct FreshInput {
  const BuiltProgram &base, &fresh;
  const Verdict &verdict;
  const SourceChange &change;
  std::string scratch; // existing folder
};

[[nodiscard]] Result<FreshReport> checkFresh(const FreshInput &input);

} // namespace livepatch

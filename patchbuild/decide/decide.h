// The decision: a patch, nothing to do, or why not. Pure: maps and texts in, a verdict out.
//
// What is not decided is refused. Every reason to refuse is collected, so that an author sees all of them at once.
#pragma once

#include "patchbuild/compile/recompile.h"
#include "patchbuild/decide/verdict.h"
#include "patchbuild/target/image.h"
#include "runtime/core/result.h"

#include <set>
#include <vector>

namespace livepatch {

struct DecisionInput {
  const Map &base;
  const std::vector<CompiledUnit> &units; // their base pointers lead into `base`; must outlive the verdict
  const SourceChange &change;
  const TargetImage &image;
  // Of each patch that the base has below (parents/stack.h), the entries that it redirects.
  std::vector<std::set<LinkAddr>> parentEntries = {};
};

// An Error only for a Mismatch: what was compiled is not comparable with the target.
[[nodiscard]] Result<Verdict> decide(const DecisionInput &input);

} // namespace livepatch

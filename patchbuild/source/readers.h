// The three ways to say what changed. Each fills in `changed` (and what else it knows); readChange() does the rest.
#pragma once

#include "patchbuild/source/change.h"
#include "patchbuild/source/tree.h"

#include <string>
#include <vector>

namespace livepatch {

// Each on top of those before it, as in a series.
[[nodiscard]] Result<SourceChange> readPatchFiles(const BaseTree &tree, const std::vector<std::string> &patchFiles,
                                                  const std::string &scratch);
[[nodiscard]] Result<SourceChange> readNewTree(const BaseTree &tree, const std::string &newTree);
[[nodiscard]] Result<SourceChange> readRevisions(const BaseTree &tree, const std::string &oldRevision,
                                                 const std::string &newRevision);

} // namespace livepatch

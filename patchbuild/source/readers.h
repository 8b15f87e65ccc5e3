// The three ways to say what changed. Each fills in `changed` (and what else it knows); readChange() does the rest.
#pragma once

#include "patchbuild/source/change.h"
#include "patchbuild/source/tree.h"

#include <string>

namespace livepatch {

[[nodiscard]] Result<SourceChange> readPatchFile(const BaseTree& tree, const std::string& patchFile,
                                                 const std::string& scratch);
[[nodiscard]] Result<SourceChange> readNewTree(const BaseTree& tree, const std::string& newTree);
[[nodiscard]] Result<SourceChange> readRevisions(const BaseTree& tree, const std::string& oldRevision,
                                                 const std::string& newRevision);

} // namespace livepatch

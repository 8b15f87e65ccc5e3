// Whether the change starts from the sources that the target was built from.
#pragma once

#include "patchbuild/cli/prepare.h"

namespace livepatch {

// By the hashes in the target's map; where one differs, and for --verify-base, by compiling the base texts of the units
// concerned. Mismatch, naming files and functions, where the code differs. Adds a note for what it lets pass.
[[nodiscard]] Result<void> checkBase(const Options &options, const CompileSettings &settings, const BaseTree &tree,
                                     const std::set<std::size_t> &concerned, Prepared &prepared);

} // namespace livepatch

// Does the linked patch hold what it promises? The last look before it is written.
#pragma once

#include "patchbuild/decide/verdict.h"
#include "patchbuild/target/image.h"
#include "runtime/core/elf_view.h"
#include "runtime/core/result.h"

#include <vector>

namespace livepatch {

// Refused, naming symbols, where the patch wants something that neither the target nor its libraries have; Internal
// where it lacks a function that a command names or asks for text relocations. Gives the target's own symbols that
// the patch and its commands use, for the manifest.
[[nodiscard]] Result<std::vector<ManifestSymbol>> provePatch(const ElfView &patch, const PatchPlan &plan,
                                                             const TargetImage &image);

} // namespace livepatch

// Chunks + the facts of the linked file = the map. Pure.
#pragma once

#include "patchbuild/map/chunk.h"
#include "patchbuild/map/elf_facts.h"
#include "runtime/core/map.h"
#include "runtime/core/result.h"

#include <string>
#include <vector>

namespace livepatch {

[[nodiscard]] Result<Map> joinMap(const std::vector<Chunk> &chunks, const ElfFacts &facts, const std::string &where);

// Looks at the bytes of each function's entry: padding that the linked file does not have becomes PaddingKind::None.
void verifyPadding(Map &map, const ElfFacts &facts);

} // namespace livepatch

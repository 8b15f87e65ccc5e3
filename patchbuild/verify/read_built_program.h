// Reads a BuiltProgram from an ELF file that was built patchable.
#pragma once

#include "patchbuild/verify/built_program.h"
#include "runtime/core/result.h"

#include <string>
#include <vector>

namespace livepatch {

// `roots`: for each unit of the map, the folder that its name is relative to.
[[nodiscard]] Result<BuiltProgram> readBuiltProgram(const std::string &elfPath, Map map,
                                                    std::vector<std::string> roots);

// The same for another build of the same sources: where its units have the names that `units` are, which were said from
// `otherRoot`. A build that took over objects of the other one has more than one root.
[[nodiscard]] std::vector<std::string> rootsWithUnits(const Map &map, const std::vector<std::string> &units,
                                                      const std::string &otherRoot);

} // namespace livepatch

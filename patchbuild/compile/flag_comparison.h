// Whether a build folder compiles a unit as the target's own build did. Pure.
//
// The recorded command is the compiler's canonical one, the other is what the driver would run now; the same flags look
// different there in many places. Compared are those which decide what the code means: macros, language, optimisation,
// processor and sanitizers.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace livepatch {

// Both are arguments of `clang -cc1`. Returns the difference in words ("-D STEP=2 is new"), or nothing.
[[nodiscard]] std::optional<std::string> flagDifference(const std::vector<std::string> &recorded,
                                                        const std::vector<std::string> &given);

} // namespace livepatch

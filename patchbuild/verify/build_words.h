// Texts that differ between two builds although the sources say the same: __DATE__, __TIME__, __FILE__.
#pragma once

#include <string>
#include <utility>

namespace livepatch {

// `roots`: where the sources of the one and of the other build lay.
[[nodiscard]] bool sameButForBuild(const std::string &before, const std::string &after,
                                   const std::pair<std::string, std::string> &roots);

} // namespace livepatch

// Texts that differ between two builds although the sources say the same: __DATE__, __TIME__, __FILE__, and lines that
// moved, where __LINE__ became part of a text.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace livepatch {

// `roots`: where the sources of the one and of the other build lay.
[[nodiscard]] bool sameButForBuild(const std::string &before, const std::string &after,
                                   const std::pair<std::string, std::string> &roots);

using IsMovedLine = std::function<bool(std::uint64_t before, std::uint64_t after)>;

// Numbers in the texts may differ where the one line has become the other.
[[nodiscard]] bool sameButForLines(std::string_view before, std::string_view after, const IsMovedLine &isMovedLine);

} // namespace livepatch

// What a compile reads, as Clang's `-E -frewrite-includes` shows it: the raw text of each file between line markers,
// through every overlay. And whether that text, with the list of dependencies, holds all that the result depends on.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

// The files in a dependency file as Clang writes it for `-dependency-file F -MT x`: one rule.
[[nodiscard]] std::vector<std::string> dependenciesIn(std::string_view makeRule);

// Why the texts do not settle the result ("it asks for the time"), or nothing where they do. `timeIsFixed`: __DATE__
// and __TIME__ are given on the command line.
[[nodiscard]] std::optional<std::string> whyUnsettled(std::string_view text,
                                                      const std::vector<std::string> &dependencies, bool timeIsFixed);

} // namespace livepatch

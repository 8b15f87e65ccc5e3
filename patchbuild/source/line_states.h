// What the preprocessor is in the middle of at the beginning of each line of a source text.
#pragma once

#include <string_view>
#include <vector>

namespace livepatch {

enum class Conditional { None, Opens, Branches, Closes }; // #if..., #else/#elif..., #endif

struct LineState {
  bool directivePossible = false; // a preprocessor directive may be put in front of this line
  Conditional conditional = Conditional::None;
  bool lineDirective = false; // the line is itself `#line` or `# 12 "file"`
};

[[nodiscard]] std::vector<LineState> lineStates(const std::vector<std::string_view> &lines);

} // namespace livepatch

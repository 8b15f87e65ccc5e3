// compile_commands.json of a build folder: how a source is compiled that the target was built without. Pure.
#pragma once

#include "runtime/core/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

struct CompileCommand {
  std::string file;                   // absolute and normal
  std::string directory;              // where it runs
  std::vector<std::string> arguments; // [0] is the compiler
};

[[nodiscard]] Result<std::vector<CompileCommand>> parseCompileCommands(std::string_view json, const std::string &where);

// The tops of two trees in which the same file has these two paths: what is left before their common end.
struct TreeTops {
  std::string from, to;
};
[[nodiscard]] TreeTops treeTops(const std::string &from, const std::string &to);

// Arguments of a compile in one tree turned into those of the same compile in the other: all that lies under the one's
// top is named as under the other's.
[[nodiscard]] std::vector<std::string> movedArguments(std::vector<std::string> arguments, const TreeTops &tops);

// A command line taken apart as a POSIX shell does, as far as build tools write it: blanks, quotes, backslashes.
[[nodiscard]] std::vector<std::string> splitCommandLine(std::string_view line);

} // namespace livepatch

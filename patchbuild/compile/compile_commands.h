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

[[nodiscard]] Result<std::vector<CompileCommand>> parseCompileCommands(std::string_view json, const std::string& where);

// A command line taken apart as a POSIX shell does, as far as build tools write it: blanks, quotes, backslashes.
[[nodiscard]] std::vector<std::string> splitCommandLine(std::string_view line);

} // namespace livepatch

// Where the plugin and the extraction tool that belong to this patchbuild lie, and whether a recorded compiler is
// still the one that built the target.
#pragma once

#include "runtime/core/map.h"
#include "runtime/core/result.h"

#include <string>

namespace livepatch {

struct Toolchain {
  std::string plugin;  // livepatch-clang-plugin.so
  std::string extract; // livepatch-extract
};

// Looks into `pluginDirectory` where one is given, else beside the installed patchbuild (../lib/livepatch), else in
// the build tree it was compiled in.
[[nodiscard]] Result<Toolchain> findToolchain(const std::string &pluginDirectory);

// Mismatch unless the recorded executable exists and reports the recorded version.
[[nodiscard]] Result<void> checkCompiler(const Compiler &compiler);

} // namespace livepatch

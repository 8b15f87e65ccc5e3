// The plugin's arguments: -fplugin-arg-livepatch-<key>=<value> (docs/formats.md, section 3).
#pragma once

#include "clang/Basic/Diagnostic.h"

#include <string>
#include <vector>

namespace livepatch {

struct Options {
  std::string mapOut;  // write the unit's map there instead of adding the section
  std::string lambdas; // the lambdas of the target's map: they keep their numbers
  bool padding = true;
};

// Reports what it does not know as an error of the compile and returns false.
bool parseOptions(const std::vector<std::string> &arguments, clang::DiagnosticsEngine &diagnostics, Options &options);

} // namespace livepatch

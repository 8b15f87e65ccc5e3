// A recorded compiler command, turned into another one. Pure.
#pragma once

#include "patchbuild/compile/compile_commands.h"
#include "runtime/core/map.h"

#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

struct AnalysisOutputs {
  std::string plugin;                // path of the plugin
  std::string map;                   // map-out=
  std::string bitcode;               // -o
  std::string lambdas;               // lambdas=; empty: none
  std::vector<std::string> overlays; // virtual file systems, lower ones first
  std::string debugTop = {};         // the folder that debug information calls "."; empty: all names as they are
};

// The unit's own compile (arguments behind the compiler's name), but into an analysis and an optimised module.
[[nodiscard]] std::vector<std::string> analysisArguments(const MapUnit &unit, const AnalysisOutputs &outputs);

// What the compile was told, without what it wrote.
[[nodiscard]] std::vector<std::string> inputArguments(const MapUnit &unit);

// The same compile up to its preprocessor: it prints the raw texts of all that it reads, through the same overlays, and
// writes into `dependencies` which files those were.
[[nodiscard]] std::vector<std::string> lookArguments(const MapUnit &unit, const std::vector<std::string> &overlays,
                                                     const std::string &dependencies);

// From an optimised module to a position-independent object, by the code generator's settings of the unit.
[[nodiscard]] std::vector<std::string> codegenArguments(const MapUnit &unit, const std::string &bitcode,
                                                        const std::string &object);

// A driver's command from compile_commands.json (its directory and the compiler's name included), turned into the
// question what the compiler would run. `standIn` is an existing file in place of the source, which the driver wants to
// see on disk although the compiler will read it through an overlay.
[[nodiscard]] std::vector<std::string> driverQuestion(const CompileCommand &command, const std::string &compiler,
                                                      const std::string &standIn);

// The driver's answer (standard error of -###): the arguments behind the compiler's name, with `source` in place of the
// stand-in. Empty where there is no compile in it.
[[nodiscard]] std::vector<std::string> driverAnswer(std::string_view answer, const std::string &standIn,
                                                    const std::string &source);

} // namespace livepatch

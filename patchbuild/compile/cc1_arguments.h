// A recorded compiler command, turned into another one. Pure.
#pragma once

#include "runtime/core/map.h"

#include <string>
#include <vector>

namespace livepatch {

struct AnalysisOutputs {
    std::string plugin;                // path of the plugin
    std::string map;                   // map-out=
    std::string bitcode;               // -o
    std::vector<std::string> overlays; // virtual file systems, lower ones first
};

// The unit's own compile (arguments behind the compiler's name), but into an analysis and an optimised module.
[[nodiscard]] std::vector<std::string> analysisArguments(const MapUnit& unit, const AnalysisOutputs& outputs);

// From an optimised module to a position-independent object, by the code generator's settings of the unit.
[[nodiscard]] std::vector<std::string> codegenArguments(const MapUnit& unit, const std::string& bitcode,
                                                        const std::string& object);

// A driver's command from compile_commands.json (the compiler's name included), likewise.
[[nodiscard]] std::vector<std::string> driverAnalysisArguments(const std::vector<std::string>& command,
                                                               const std::string& compiler,
                                                               const AnalysisOutputs& outputs);

} // namespace livepatch

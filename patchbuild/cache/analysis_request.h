// One analysis compile as a compiler cache is asked for it, and the key that stands for all that its result depends on.
//
// The key is made anew for every compile, by letting the compiler itself read all texts through all overlays. So a
// changed header, an overlay, a file that is now found elsewhere: each makes another key, whatever a cache looks at.
#pragma once

#include "patchbuild/compile/cc1_arguments.h"
#include "runtime/core/map.h"
#include "runtime/core/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

struct AnalysisRequest {
  std::string compiler, directory;  // what runs, and where
  std::vector<std::string> compile; // arguments of the compile
  std::vector<std::string> look;    // arguments that let the compiler show what it reads
  std::string dependencies;         // the file in which it then says which files those are
  std::string settled;              // all that decides besides: tools, arguments without scratch names, their files
  bool timeIsFixed = false;         // __DATE__ and __TIME__ are among the arguments
  std::string map, bitcode;         // what the compile writes
  std::string key;                  // of the inputs when the request was made
  int owner = 0;                    // the process for which it is done, and with which it ends
  bool operator==(const AnalysisRequest &) const = default;
};

// Refused, with the reason in words, where nothing but a compile can tell the result.
[[nodiscard]] Result<AnalysisRequest> requestFor(const MapUnit &unit, const AnalysisOutputs &outputs,
                                                 const std::string &directory, const std::string &tools);

// Runs the compiler's preprocessor. Refused likewise.
[[nodiscard]] Result<std::string> keyOf(const AnalysisRequest &request);

// As a file for the process that the cache starts.
[[nodiscard]] std::string printRequest(const AnalysisRequest &request);
[[nodiscard]] Result<AnalysisRequest> parseRequest(std::string_view json, const std::string &where);

} // namespace livepatch

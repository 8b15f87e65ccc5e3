// Analyses of units out of the user's compiler cache (ccache).
//
// ccache does not take Clang's own (-cc1) commands, and what it would look at are the files on disk, not those that an
// overlay shows. So it is given something that it understands whatever its settings are: a "source" that holds nothing
// but the key of all inputs, "compiled" by this program into one file that names the same key (analysis_result.h).
#pragma once

#include "patchbuild/compile/cc1_arguments.h"
#include "runtime/core/map.h"
#include "runtime/core/result.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace livepatch {

class CompilerCache {
public:
  // `program`: ccache. `plugin`: of the compiles. `tell` may be called from several threads.
  CompilerCache(std::string program, std::string plugin, std::function<void(const std::string &)> tell);

  // Writes map and bitcode as the compile would. False: nothing is there, the unit is to be compiled as ever; also
  // where its compile fails, for a cache has no say in that.
  [[nodiscard]] bool analyse(const MapUnit &unit, const AnalysisOutputs &outputs, const std::string &directory);

private:
  Result<void> attempt(const MapUnit &unit, const AnalysisOutputs &outputs, const std::string &directory);
  Result<std::string> tools(const std::string &compiler);

  std::string program_, plugin_;
  std::function<void(const std::string &)> tell_;
  std::mutex lock_;
  std::map<std::string, std::string> tools_; // compiler -> toolIdentity()
};

// What the cache starts in the compiler's place: `patchbuild --analyse-unit ...` beside a request. Returns the exit
// code.
[[nodiscard]] bool isCacheCall(int argc, char **argv);
[[nodiscard]] int answerCacheCall(int argc, char **argv);

} // namespace livepatch

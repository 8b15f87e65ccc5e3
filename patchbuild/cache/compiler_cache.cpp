#include "patchbuild/cache/compiler_cache.h"

#include "patchbuild/cache/analysis_request.h"
#include "patchbuild/cache/analysis_result.h"
#include "patchbuild/cache/tool_identity.h"
#include "patchbuild/compile/program.h"
#include "patchbuild/source/file_text.h"

#include <fmt/format.h>

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string_view>

namespace livepatch {
namespace {

namespace fs = std::filesystem;

// Beside each other in a folder of one unit; the cache runs there.
constexpr const char *requestFile = "request.json";
constexpr const char *keyFile = "inputs.c";
constexpr const char *resultFile = "result.o";
constexpr std::string_view callMark = "--analyse-unit";

// The key says it all; what the user has set for compilers must not be applied to what is none. (Where the cache lies
// and how large it may become stays as the user has it.)
const std::vector<std::string> cacheSettings = {
    "CCACHE_COMPILERTYPE=other", "CCACHE_COMPILERCHECK=string:livepatch-analysis-1",
    "CCACHE_NODIRECT=1",         "CCACHE_NODEPEND=1",
    "CCACHE_COMPILER=",          "CCACHE_PREFIX=",
    "CCACHE_PREFIX_CPP=",        "CCACHE_EXTRAFILES=",
    "CCACHE_IGNOREOPTIONS="};

Result<void> compile(const AnalysisRequest &request, const std::string &resultName) {
  ProgramRun run{request.compile, request.directory, {}};
  run.arguments.insert(run.arguments.begin(), request.compiler);
  LP_TRY_ASSIGN(const ProgramOutcome outcome, runProgram(run));
  if (!outcome.succeeded())
    return error(Fault::Format, outcome.errors);
  AnalysisResult result;
  LP_TRY_ASSIGN(result.map, readFileText(request.map));
  LP_TRY_ASSIGN(result.bitcode, readFileText(request.bitcode));
  // A file that was changed meanwhile: the result may be of the new text, and must not be kept for the old one.
  LP_TRY_ASSIGN(const std::string now, keyOf(request));
  if (now != request.key)
    return error(Fault::Io, "its texts were changed during the compile");
  return writeFileText(resultName, printAnalysisResult(result, request.key));
}

} // namespace

CompilerCache::CompilerCache(std::string program, std::string plugin, std::function<void(const std::string &)> tell)
    : program_(std::move(program)), plugin_(std::move(plugin)), tell_(std::move(tell)) {}

Result<std::string> CompilerCache::tools(const std::string &compiler) {
  const std::lock_guard lock(lock_);
  if (const auto known = tools_.find(compiler); known != tools_.end())
    return known->second;
  LP_TRY_ASSIGN(std::string identity, toolIdentity(compiler, plugin_));
  return tools_[compiler] = std::move(identity);
}

Result<void> CompilerCache::attempt(const MapUnit &unit, const AnalysisOutputs &outputs, const std::string &directory) {
  LP_TRY_ASSIGN(const std::string identity, tools(unit.compiler.executable));
  LP_TRY_ASSIGN(AnalysisRequest request, requestFor(unit, outputs, directory, identity));
  LP_TRY_ASSIGN(request.key, keyOf(request));
  request.owner = getpid();
  const std::string folder = fs::path(outputs.map).parent_path().string();
  LP_TRY(writeFileText(folder + "/" + requestFile, printRequest(request)));
  LP_TRY(writeFileText(folder + "/" + keyFile, request.key + "\n"));
  std::error_code failure;
  const std::string self = fs::read_symlink("/proc/self/exe", failure).string();
  const std::string resultName = folder + "/" + resultFile;
  fs::remove(resultName, failure);
  LP_TRY_ASSIGN(
      const ProgramOutcome outcome,
      runProgram(
          {{program_, self, std::string(callMark), "-c", keyFile, "-o", resultFile}, folder, {}, cacheSettings}));
  if (!outcome.succeeded())
    return error(Fault::Io, outcome.errors.substr(0, outcome.errors.find('\n')));
  const bool hit = !fs::exists(outputs.map, failure);
  LP_TRY_ASSIGN(const std::string file, readFileText(resultName));
  const auto result = parseAnalysisResult(file, request.key);
  if (!result)
    return error(Fault::Format, "what it gave is of other inputs, or damaged");
  LP_TRY(writeFileText(outputs.map, result->map));
  LP_TRY(writeFileText(outputs.bitcode, result->bitcode));
  tell_(fmt::format("{}: {}", unit.source, hit ? "found in the compiler cache" : "kept in the compiler cache"));
  return {};
}

bool CompilerCache::analyse(const MapUnit &unit, const AnalysisOutputs &outputs, const std::string &directory) {
  const Result<void> done = attempt(unit, outputs, directory);
  if (done.ok())
    return true;
  tell_(fmt::format("{}: not through the compiler cache: {}", unit.source, done.failure().message));
  std::error_code ignored;
  fs::remove(outputs.map, ignored);
  fs::remove(outputs.bitcode, ignored);
  return false;
}

bool isCacheCall(int argc, char **argv) {
  for (int i = 1; i < argc; ++i)
    if (argv[i] == callMark)
      return true;
  return false;
}

int answerCacheCall(int argc, char **argv) {
  bool preprocess = false;
  std::string output;
  for (int i = 1; i < argc; ++i) {
    preprocess = preprocess || std::string_view(argv[i]) == "-E";
    if (std::string_view(argv[i]) == "-o" && i + 1 < argc)
      output = argv[++i];
  }
  const auto answer = [&]() -> Result<void> {
    LP_TRY_ASSIGN(const std::string json, readFileText(requestFile));
    LP_TRY_ASSIGN(const AnalysisRequest request, parseRequest(json, requestFile));
    if (!endWithStarter(request.owner))
      return error(Fault::Gone, "nobody waits for this analysis");
    if (!preprocess)
      return compile(request, output);
    // The "preprocessed source" is the key: of this process's own request, not of what the cache believes.
    if (output.empty() || output == "-") {
      fmt::print("{}\n", request.key);
      return {};
    }
    return writeFileText(output, request.key + "\n");
  }();
  if (answer.ok())
    return 0;
  fmt::print(stderr, "{}\n", answer.failure().message);
  return 1;
}

} // namespace livepatch

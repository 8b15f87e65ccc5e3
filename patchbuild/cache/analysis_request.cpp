#include "patchbuild/cache/analysis_request.h"

#include "patchbuild/cache/text_coverage.h"
#include "patchbuild/compile/program.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/source/paths.h"
#include "runtime/core/content_hash.h"
#include "runtime/core/hex.h"
#include "runtime/core/json_fields.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace livepatch {
namespace {

// Arguments by which a compile reads what no list of dependencies holds: other plugins, modules, precompiled headers.
constexpr std::array<std::string_view, 8> openEnded = {"-load",    "-plugin",      "-add-plugin",       "-fpass-plugin",
                                                       "-fmodule", "-include-pch", "-fprebuilt-module", "-ivfsoverlay"};

std::string digest(std::string_view text) {
  return hexText(contentHash(text));
}

// A list of functions, a profile: whatever file an argument names counts with its content.
Result<std::string> contentOfNamedFiles(const std::vector<std::string> &arguments, const std::string &directory) {
  std::string result;
  for (const std::string &argument : arguments) {
    const auto equals = argument.find('=');
    const std::string after = equals == std::string::npos ? std::string() : argument.substr(equals + 1);
    for (const std::string &name : {argument, after}) {
      std::error_code ignored;
      const std::string path = name.empty() ? std::string() : normalPath(name, directory);
      if (path.empty() || !std::filesystem::is_regular_file(path, ignored))
        continue;
      LP_TRY_ASSIGN(const std::string content, readFileText(path));
      result += fmt::format("{} {}\n", digest(content), name);
    }
  }
  return result;
}

nlohmann::json jsonOf(const AnalysisRequest &request) {
  return {{"compiler", request.compiler},
          {"directory", request.directory},
          {"compile", request.compile},
          {"look", request.look},
          {"dependencies", request.dependencies},
          {"settled", request.settled},
          {"time-is-fixed", request.timeIsFixed},
          {"map", request.map},
          {"bitcode", request.bitcode},
          {"key", request.key},
          {"owner", request.owner}};
}

} // namespace

Result<AnalysisRequest> requestFor(const MapUnit &unit, const AnalysisOutputs &outputs, const std::string &directory,
                                   const std::string &tools) {
  // Without the names in the scratch folder, which are new in every run and decide nothing.
  const std::vector<std::string> arguments =
      analysisArguments(unit, {{}, {}, {}, outputs.lambdas.empty() ? "" : "given", {}, outputs.debugTop});
  const std::vector<std::string> own = inputArguments(unit);
  for (const std::string &argument : own)
    for (const std::string_view option : openEnded)
      if (argument.starts_with(option))
        return error(Fault::Refused, fmt::format("{} reads more than sources", argument));

  AnalysisRequest request;
  request.compiler = unit.compiler.executable;
  request.directory = directory;
  request.compile = analysisArguments(unit, outputs);
  request.dependencies = outputs.map + ".d";
  request.look = lookArguments(unit, outputs.overlays, request.dependencies);
  request.timeIsFixed = std::any_of(arguments.begin(), arguments.end(),
                                    [](const std::string &argument) { return argument.starts_with("__DATE__="); });
  request.map = outputs.map;
  request.bitcode = outputs.bitcode;
  request.settled = tools + directory + "\n";
  for (const std::string &argument : arguments)
    request.settled += fmt::format("{} {}\n", argument.size(), argument);
  LP_TRY_ASSIGN(const std::string files, contentOfNamedFiles(own, directory));
  request.settled += files;
  if (!outputs.lambdas.empty()) {
    LP_TRY_ASSIGN(const std::string lambdas, readFileText(outputs.lambdas));
    request.settled += digest(lambdas) + "\n";
  }
  return request;
}

Result<std::string> keyOf(const AnalysisRequest &request) {
  ProgramRun run{request.look, request.directory, {}};
  run.arguments.insert(run.arguments.begin(), request.compiler);
  LP_TRY_ASSIGN(const ProgramOutcome outcome, runProgram(run));
  if (!outcome.succeeded())
    return error(Fault::Refused, "its texts cannot be read");
  LP_TRY_ASSIGN(const std::string rule, readFileText(request.dependencies));
  if (const auto why = whyUnsettled(outcome.output, dependenciesIn(rule), request.timeIsFixed))
    return error(Fault::Refused, *why);
  return digest(fmt::format("{}\n{}\n{}\n", digest(request.settled), digest(rule), digest(outcome.output)));
}

std::string printRequest(const AnalysisRequest &request) {
  return jsonOf(request).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Result<AnalysisRequest> parseRequest(std::string_view json, const std::string &where) {
  JsonInput input{where, {}};
  const nlohmann::json document = parseJson(json, input);
  const JsonFields fields(document, "", input);
  AnalysisRequest request{fields.text("compiler"),
                          fields.text("directory"),
                          fields.texts("compile"),
                          fields.texts("look"),
                          fields.text("dependencies"),
                          fields.text("settled"),
                          fields.flag("time-is-fixed"),
                          fields.text("map"),
                          fields.text("bitcode"),
                          fields.text("key"),
                          static_cast<int>(fields.number("owner"))};
  if (input.failure)
    return *input.failure;
  return request;
}

} // namespace livepatch

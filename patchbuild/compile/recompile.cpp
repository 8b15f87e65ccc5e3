#include "patchbuild/compile/recompile.h"

#include "patchbuild/cache/compiler_cache.h"
#include "patchbuild/compile/base_check.h"
#include "patchbuild/compile/build_folder.h"
#include "patchbuild/compile/cc1_arguments.h"
#include "patchbuild/compile/diagnostics.h"
#include "patchbuild/compile/new_texts.h"
#include "patchbuild/compile/overlay.h"
#include "patchbuild/compile/parallel.h"
#include "patchbuild/compile/program.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/source/first_few.h"
#include "patchbuild/source/paths.h"
#include "patchbuild/source/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <mutex>
#include <optional>
#include <set>

namespace livepatch {
namespace {

namespace fs = std::filesystem;

class Recompiler {
public:
  Recompiler(const Map &map, const SourceChange &change, const CompileSettings &settings)
      : map_(map), change_(change), settings_(settings), tree_(baseTreeOf(map, change)) {}

  Result<std::vector<CompiledUnit>> compileAll(const std::vector<CompileTask> &tasks, bool oldTexts);
  Result<std::vector<CompileTask>> tasks(const std::set<std::size_t> &units) const;
  std::vector<CompileTask> tasksOf(const std::set<std::size_t> &units) const;

private:
  Result<CompiledUnit> compile(const CompileTask &task, std::size_t number) const;
  Result<ProgramOutcome> attempt(const CompileTask &task, const AnalysisOutputs &outputs) const;
  bool isGone(const MapUnit &unit) const;

  const Map &map_;
  const SourceChange &change_;
  const CompileSettings &settings_;
  BaseTree tree_;
  bool oldTexts_ = false;
  std::vector<std::vector<std::string>> overlays_; // in the order in which they are tried
};

// Sources and build folder, which may lie beside each other, keep their places relative to each other. Where nothing
// but the root is above both, the sources alone count.
std::string commonTop(const std::string &sources, const std::string &build) {
  fs::path top;
  const fs::path a = sources, b = build;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end() && *i == *j; ++i, ++j)
    top /= *i;
  return top.has_relative_path() ? top.string() : sources;
}

bool Recompiler::isGone(const MapUnit &unit) const {
  const std::string source = tree_.here(unit.sourcePath());
  return std::any_of(change_.changed.begin(), change_.changed.end(),
                     [&](const ChangedFile &file) { return file.removed() && file.path == source; });
}

std::vector<CompileTask> Recompiler::tasksOf(const std::set<std::size_t> &units) const {
  std::vector<CompileTask> tasks;
  for (const std::size_t index : units)
    if (const MapUnit &unit = map_.units[index]; !isGone(unit))
      tasks.push_back({unitId(unit, change_.recordedRoot), &unit});
  return tasks;
}

Result<std::vector<CompileTask>> Recompiler::tasks(const std::set<std::size_t> &units) const {
  std::vector<CompileTask> tasks = tasksOf(units);
  if (!settings_.buildDirectory.empty()) {
    LP_TRY_ASSIGN(const BuildFolder folder,
                  BuildFolder::read(map_, change_, tree_, settings_.buildDirectory, settings_.scratch));
    for (const CompileTask &task : tasks)
      LP_TRY(folder.checkFlags(task));
    LP_TRY_ASSIGN(std::vector<CompileTask> added, folder.addedUnits());
    std::move(added.begin(), added.end(), std::back_inserter(tasks));
  }
  std::stable_sort(tasks.begin(), tasks.end(), [](const CompileTask &a, const CompileTask &b) { return a.id < b.id; });
  return tasks;
}

Result<ProgramOutcome> Recompiler::attempt(const CompileTask &task, const AnalysisOutputs &outputs) const {
  ProgramRun run;
  run.directory = tree_.here(normalPath(task.how().directory, "/"));
  run.arguments = analysisArguments(task.how(), outputs);
  run.arguments.insert(run.arguments.begin(), task.how().compiler.executable);
  std::error_code ignored;
  if (!fs::is_directory(run.directory, ignored))
    return error(
        Fault::NotFound,
        fmt::format("cannot compile {}: its build ran in {}, which does not exist (any more)", task.id, run.directory),
        "restore the build folder, or say with --source-root where the whole tree is now");
  if (settings_.cache && settings_.cache->analyse(task.how(), outputs, run.directory))
    return ProgramOutcome();
  return runProgram(run);
}

Result<CompiledUnit> Recompiler::compile(const CompileTask &task, std::size_t number) const {
  const std::string folder = fmt::format("{}/unit-{}", settings_.scratch, number);
  std::error_code failure;
  fs::create_directories(folder, failure);
  AnalysisOutputs outputs{settings_.toolchain.plugin, folder + "/unit.json", folder + "/unit.bc", {}, {}};
  // The target's lambdas keep their numbers. The old texts are to give what the map has by themselves.
  if (!oldTexts_ && task.base && !task.base->lambdas.empty()) {
    outputs.lambdas = folder + "/lambdas.json";
    LP_TRY(writeFileText(outputs.lambdas, printLambdas(task.base->lambdas)));
  }
  outputs.debugTop = commonTop(change_.recordedRoot, normalPath(task.how().directory, "/"));
  ProgramOutcome outcome;
  for (const std::vector<std::string> &overlays : overlays_) {
    outputs.overlays = overlays;
    // Upper ones come last: a name of the new tree is led into the base tree first, and there to the new text.
    outputs.overlays.insert(outputs.overlays.end(), task.overlays.begin(), task.overlays.end());
    LP_TRY_ASSIGN(outcome, attempt(task, outputs));
    if (outcome.succeeded())
      break;
  }
  if (!outcome.succeeded())
    return error(Fault::Format,
                 fmt::format("the new source does not compile: {}:{}", task.id, firstErrors(outcome.errors)),
                 task.base ? "" : "compile_commands.json must be of a build like the target's");
  CompiledUnit result{task.id, task.base, {}, {}, outputs.bitcode};
  // A compiler that cannot load the plugin (one for another LLVM) compiles without it.
  if (std::error_code ignored; !fs::exists(outputs.map, ignored))
    return error(Fault::Mismatch,
                 fmt::format("{} {} compiled {} without LivePatch's plugin {}{}", task.how().compiler.name,
                             task.how().compiler.version, task.id, settings_.toolchain.plugin,
                             outcome.errors.empty() ? "" : ":" + firstErrors(outcome.errors)),
                 "use the LivePatch that was built for the same LLVM as the target's compiler, or name its plugin "
                 "with --plugin-dir");
  LP_TRY_ASSIGN(const std::string analysis, readFileText(outputs.map));
  LP_TRY_ASSIGN(result.unit, parseUnit(analysis, nullptr, &result.records, "analysis of " + task.id));
  return result;
}

Result<std::vector<CompiledUnit>> Recompiler::compileAll(const std::vector<CompileTask> &tasks, bool oldTexts) {
  // Only lines that two others share a number with can fail to compile because of the alignment (a name made from
  // __LINE__); then, and for messages with true line numbers, the texts are taken as they are.
  oldTexts_ = oldTexts;
  const std::vector<TextVersion> versions =
      oldTexts ? std::vector{TextVersion::Old} : std::vector{TextVersion::NewAligned, TextVersion::New};
  for (TextVersion version : versions) {
    const std::string folder = fmt::format("{}/texts-{}", settings_.scratch, static_cast<int>(version));
    LP_TRY_ASSIGN(auto overlays, writeOverlays(tree_, change_, version, folder));
    overlays_.push_back(std::move(overlays));
  }
  std::set<std::string> checked;
  for (const CompileTask &task : tasks) {
    const Compiler &compiler = task.how().compiler;
    if (checked.insert(compiler.executable + "\n" + compiler.version).second)
      LP_TRY(checkCompiler(compiler));
  }

  std::vector<std::optional<Result<CompiledUnit>>> results(tasks.size());
  std::mutex reporting;
  std::size_t finished = 0;
  runParallel(tasks.size(), settings_.jobs, [&](std::size_t index) {
    results[index] = compile(tasks[index], index);
    const std::lock_guard lock(reporting);
    if (settings_.progress)
      settings_.progress(++finished, tasks.size(), tasks[index].id);
    return results[index]->ok();
  });
  std::vector<CompiledUnit> units;
  for (auto &result : results)
    if (result && !result->ok())
      return result->failure();
  for (auto &result : results)
    units.push_back(std::move(**result));
  return units;
}

} // namespace

Result<std::vector<CompiledUnit>> recompile(const Map &map, const SourceChange &change,
                                            const std::set<std::size_t> &units, const CompileSettings &settings) {
  Recompiler recompiler(map, change, settings);
  LP_TRY_ASSIGN(const std::vector<CompileTask> tasks, recompiler.tasks(units));
  if (tasks.empty())
    return std::vector<CompiledUnit>();
  return recompiler.compileAll(tasks, false);
}

Result<std::vector<CompiledUnit>> recompileUnits(const Map &map, const SourceChange &change,
                                                 const std::set<std::size_t> &units, const CompileSettings &settings) {
  std::vector<CompileTask> tasks;
  for (const std::size_t index : units)
    tasks.push_back({unitId(map.units[index], change.recordedRoot), &map.units[index], {}});
  return Recompiler(map, change, settings).compileAll(tasks, false);
}

Result<void> verifyBase(const Map &map, const SourceChange &change, const std::set<std::size_t> &indexes,
                        const CompileSettings &settings) {
  Recompiler recompiler(map, change, settings);
  const std::vector<CompileTask> tasks = recompiler.tasksOf(indexes);
  LP_TRY_ASSIGN(const std::vector<CompiledUnit> units, recompiler.compileAll(tasks, true));
  std::vector<std::string> different;
  for (const CompiledUnit &unit : units) {
    for (const BaseDifference &difference : baseDifferences({*unit.base, map.types}, {unit.unit, unit.records}))
      different.push_back(unit.id + ": " + describe(difference));
  }
  if (different.empty())
    return {};
  return error(Fault::Mismatch,
               fmt::format("the base sources are not what the target was built from: {}", firstFew(different, "; ")),
               "give the sources, the build folder and the compiler of the target's own build");
}

Result<void> generateCode(const MapUnit &unit, const std::string &bitcode, const std::string &object) {
  ProgramRun run{codegenArguments(unit, bitcode, object), {}, {}};
  run.arguments.insert(run.arguments.begin(), unit.compiler.executable);
  LP_TRY_ASSIGN(const ProgramOutcome outcome, runProgram(run));
  if (outcome.succeeded())
    return {};
  return error(Fault::Internal, fmt::format("the compiler cannot generate code for the changed part of {}:{}",
                                            unit.source, firstErrors(outcome.errors)));
}

} // namespace livepatch

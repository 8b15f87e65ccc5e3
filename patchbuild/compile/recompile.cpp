#include "patchbuild/compile/recompile.h"

#include "patchbuild/cache/compiler_cache.h"
#include "patchbuild/compile/base_check.h"
#include "patchbuild/compile/cc1_arguments.h"
#include "patchbuild/compile/compile_commands.h"
#include "patchbuild/compile/diagnostics.h"
#include "patchbuild/compile/flag_comparison.h"
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
#include <unordered_set>

namespace livepatch {
namespace {

namespace fs = std::filesystem;

// One compile to be done: either a unit of the map, or one that the change adds.
struct Task {
  std::string id;
  const MapUnit *base = nullptr;
  MapUnit added = {};                     // how a new unit is compiled
  std::vector<std::string> overlays = {}; // and what it must see besides the new texts
  [[nodiscard]] const MapUnit &how() const { return base ? *base : added; }
};

class Recompiler {
public:
  Recompiler(const Map &map, const SourceChange &change, const CompileSettings &settings)
      : map_(map), change_(change), settings_(settings), tree_(baseTreeOf(map, change)) {}

  Result<std::vector<CompiledUnit>> compileAll(const std::vector<Task> &tasks, bool oldTexts);
  Result<std::vector<Task>> tasks(const std::set<std::size_t> &units) const;
  std::vector<Task> tasksOf(const std::set<std::size_t> &units) const;

private:
  Result<CompiledUnit> compile(const Task &task, std::size_t number) const;
  Result<ProgramOutcome> attempt(const Task &task, const AnalysisOutputs &outputs) const;
  Result<std::vector<CompileCommand>> buildFolderCommands() const;
  Result<std::vector<Task>> addedUnits(const std::vector<CompileCommand> &commands) const;
  Result<void> checkFlags(const Task &task, const std::vector<CompileCommand> &commands) const;
  bool isGone(const MapUnit &unit) const;
  bool isOf(const CompileCommand &command, const std::string &path, const std::string &relativePath) const;
  Result<std::vector<std::string>> askDriver(const CompileCommand &command, const Compiler &compiler,
                                             const std::string &path, const std::string &relativePath) const;
  Result<Task> taskFrom(const CompileCommand &command, const ChangedFile &file) const;

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

std::vector<Task> Recompiler::tasksOf(const std::set<std::size_t> &units) const {
  std::vector<Task> tasks;
  for (const std::size_t index : units)
    if (const MapUnit &unit = map_.units[index]; !isGone(unit))
      tasks.push_back({unitId(unit, change_.recordedRoot), &unit});
  return tasks;
}

Result<std::vector<Task>> Recompiler::tasks(const std::set<std::size_t> &units) const {
  std::vector<Task> tasks = tasksOf(units);
  if (!settings_.buildDirectory.empty()) {
    LP_TRY_ASSIGN(const std::vector<CompileCommand> commands, buildFolderCommands());
    for (const Task &task : tasks)
      LP_TRY(checkFlags(task, commands));
    LP_TRY_ASSIGN(std::vector<Task> added, addedUnits(commands));
    std::move(added.begin(), added.end(), std::back_inserter(tasks));
  }
  std::stable_sort(tasks.begin(), tasks.end(), [](const Task &a, const Task &b) { return a.id < b.id; });
  return tasks;
}

Result<std::vector<CompileCommand>> Recompiler::buildFolderCommands() const {
  const std::string file = settings_.buildDirectory + "/compile_commands.json";
  LP_TRY_ASSIGN(const std::string text, readFileText(file));
  return parseCompileCommands(text, file);
}

// A build folder of the new tree names its sources there: the tail of the path is what is the same.
bool Recompiler::isOf(const CompileCommand &command, const std::string &path, const std::string &relativePath) const {
  return command.file == path || tree_.realPath(command.file) == tree_.realPath(path) ||
         command.file.ends_with("/" + relativePath);
}

// A file may be compiled more than once in a build; one command like the target's is enough.
Result<void> Recompiler::checkFlags(const Task &task, const std::vector<CompileCommand> &commands) const {
  const std::string path = tree_.here(task.base->sourcePath());
  std::optional<std::string> difference;
  for (const CompileCommand &command : commands) {
    if (!isOf(command, path, task.id))
      continue;
    LP_TRY_ASSIGN(const std::vector<std::string> given, askDriver(command, task.base->compiler, path, task.id));
    difference = flagDifference(task.base->command, given);
    if (!difference)
      return {};
  }
  if (!difference)
    return {};
  return error(Fault::Mismatch,
               fmt::format("{} is compiled with other flags than the target was: {}", task.id, *difference),
               "a patch can only bring code that is compiled as the running program; keep the flags, or restart with "
               "the new build");
}

// Sources among the changed files that the target was built without, where the build folder says how to compile them.
Result<std::vector<Task>> Recompiler::addedUnits(const std::vector<CompileCommand> &commands) const {
  std::vector<Task> tasks;
  std::set<std::string> known;
  for (const MapUnit &unit : map_.units)
    if (!unit.command.empty()) // one of an earlier patch is compiled as the build folder says
      known.insert(tree_.here(unit.sourcePath()));
  for (const ChangedFile &changed : change_.changed) {
    if (changed.removed() || !isUnitName(changed.path) || known.count(changed.path))
      continue;
    for (const CompileCommand &command : commands) {
      if (!isOf(command, changed.path, changed.relativePath))
        continue;
      LP_TRY_ASSIGN(Task task, taskFrom(command, changed));
      tasks.push_back(std::move(task));
      break;
    }
  }
  return tasks;
}

// The driver knows what its arguments mean; what it would run is then changed like any recorded command. A build folder
// may be one of the new tree: the command is moved into the base tree.
Result<std::vector<std::string>> Recompiler::askDriver(const CompileCommand &command, const Compiler &compiler,
                                                       const std::string &path, const std::string &relativePath) const {
  const std::string standIn =
      fmt::format("{}/asked-{}/{}", settings_.scratch, relativePath, fs::path(path).filename().string());
  LP_TRY(writeFileText(standIn, ""));
  LP_TRY_ASSIGN(const ProgramOutcome outcome,
                runProgram({driverQuestion(command, compiler.executable, standIn), command.directory, {}}));
  std::vector<std::string> arguments =
      movedArguments(driverAnswer(outcome.errors, standIn, command.file), treeTops(command.file, path));
  if (arguments.empty())
    return error(
        Fault::Format,
        fmt::format("compile_commands.json has no usable command for {}:{}", relativePath, firstErrors(outcome.errors)),
        "it must be of a build like the target's");
  return arguments;
}

// The compile happens in the base tree, where the overlay shows all new texts; what still names the new tree (a
// generated header that includes its files) is led into the base tree as well.
Result<Task> Recompiler::taskFrom(const CompileCommand &command, const ChangedFile &file) const {
  const std::string folder =
      fmt::format("{}/added-{}", settings_.scratch, fs::path(file.relativePath).filename().string());
  const TreeTops tops = treeTops(command.file, file.path);
  Task task{file.relativePath, nullptr};
  // Another compiler than the target's would make another kind of code.
  task.added.compiler = map_.units.front().compiler;
  task.added.source = file.path;
  task.added.directory = command.directory;
  LP_TRY_ASSIGN(task.added.command, askDriver(command, task.added.compiler, file.path, file.relativePath));
  if (tops.from != tops.to) {
    task.overlays.push_back(folder + "/tree.yaml");
    LP_TRY(writeFileText(task.overlays.back(), folderOverlay(tops.from, tops.to)));
  }
  return task;
}

Result<ProgramOutcome> Recompiler::attempt(const Task &task, const AnalysisOutputs &outputs) const {
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

Result<CompiledUnit> Recompiler::compile(const Task &task, std::size_t number) const {
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

Result<std::vector<CompiledUnit>> Recompiler::compileAll(const std::vector<Task> &tasks, bool oldTexts) {
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
  for (const Task &task : tasks) {
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

// Files that ask whether some file is there (__has_include, #embed and its like): with a file that comes or goes, the
// answer may be another one for units that never read it.
std::unordered_set<std::string> filesThatAsk(const BaseTree &tree, const SourceChange &change) {
  std::unordered_set<std::string> result;
  const bool comesOrGoes = std::any_of(change.changed.begin(), change.changed.end(),
                                       [](const ChangedFile &file) { return file.added() || file.removed(); });
  if (!comesOrGoes)
    return result;
  for (const std::string &file : tree.files()) {
    const auto text = readFileText(file);
    if (text.ok() &&
        (text->find("__has_include") != std::string::npos || text->find("__has_embed") != std::string::npos))
      result.insert(file);
  }
  return result;
}

std::set<std::size_t> concernedUnits(const Map &map, const SourceChange &change, const BaseTree &tree) {
  std::unordered_set<std::string> changed, addedNames;
  for (const ChangedFile &file : change.changed) {
    for (const std::string &name : tree.namesOf(file.path))
      changed.insert(name);
    // A new header may be found in place of one of the same name that the base found elsewhere.
    if (file.added() && !isUnitName(file.path))
      addedNames.insert(fs::path(file.path).filename().string());
  }
  const std::unordered_set<std::string> asking = filesThatAsk(tree, change);
  std::set<std::size_t> result;
  for (std::size_t index = 0; index < map.units.size(); ++index) {
    const MapUnit &unit = map.units[index];
    if (unit.command.empty())
      continue; // of an earlier patch
    const auto concerns = [&](const std::string &recorded) {
      const std::string path = tree.here(normalPath(recorded, unit.directory));
      return changed.count(path) != 0 || asking.count(path) != 0 ||
             (!addedNames.empty() && addedNames.count(fs::path(path).filename().string()) != 0);
    };
    if (concerns(unit.source) || std::any_of(unit.files.begin(), unit.files.end(), concerns))
      result.insert(index);
  }
  return result;
}

Result<std::vector<CompiledUnit>> recompile(const Map &map, const SourceChange &change,
                                            const std::set<std::size_t> &units, const CompileSettings &settings) {
  Recompiler recompiler(map, change, settings);
  LP_TRY_ASSIGN(const std::vector<Task> tasks, recompiler.tasks(units));
  if (tasks.empty())
    return std::vector<CompiledUnit>();
  return recompiler.compileAll(tasks, false);
}

Result<std::vector<CompiledUnit>> recompileUnits(const Map &map, const SourceChange &change,
                                                 const std::set<std::size_t> &units, const CompileSettings &settings) {
  std::vector<Task> tasks;
  for (const std::size_t index : units)
    tasks.push_back({unitId(map.units[index], change.recordedRoot), &map.units[index], {}});
  return Recompiler(map, change, settings).compileAll(tasks, false);
}

Result<void> verifyBase(const Map &map, const SourceChange &change, const std::set<std::size_t> &indexes,
                        const CompileSettings &settings) {
  Recompiler recompiler(map, change, settings);
  const std::vector<Task> tasks = recompiler.tasksOf(indexes);
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

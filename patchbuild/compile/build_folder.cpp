#include "patchbuild/compile/build_folder.h"

#include "patchbuild/compile/cc1_arguments.h"
#include "patchbuild/compile/diagnostics.h"
#include "patchbuild/compile/flag_comparison.h"
#include "patchbuild/compile/overlay.h"
#include "patchbuild/compile/program.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/source/paths.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <set>

namespace livepatch {

namespace fs = std::filesystem;

Result<BuildFolder> BuildFolder::read(const Map &map, const SourceChange &change, const BaseTree &tree,
                                      const std::string &buildDirectory, const std::string &scratch) {
  const std::string file = buildDirectory + "/compile_commands.json";
  LP_TRY_ASSIGN(const std::string text, readFileText(file));
  LP_TRY_ASSIGN(std::vector<CompileCommand> commands, parseCompileCommands(text, file));
  return BuildFolder(map, change, tree, scratch, std::move(commands));
}

// A build folder of the new tree names its sources there: the tail of the path is what is the same.
bool BuildFolder::isOf(const CompileCommand &command, const std::string &path, const std::string &relativePath) const {
  return command.file == path || tree_.realPath(command.file) == tree_.realPath(path) ||
         command.file.ends_with("/" + relativePath);
}

// A file may be compiled more than once in a build; one command like the target's is enough.
Result<void> BuildFolder::checkFlags(const CompileTask &task) const {
  const std::string path = tree_.here(task.base->sourcePath());
  std::optional<std::string> difference;
  for (const CompileCommand &command : commands_) {
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

Result<std::vector<CompileTask>> BuildFolder::addedUnits() const {
  std::vector<CompileTask> tasks;
  std::set<std::string> known;
  for (const MapUnit &unit : map_.units)
    if (!unit.command.empty()) // one of an earlier patch is compiled as the build folder says
      known.insert(tree_.here(unit.sourcePath()));
  for (const ChangedFile &changed : change_.changed) {
    if (changed.removed() || !isUnitName(changed.path) || known.count(changed.path))
      continue;
    for (const CompileCommand &command : commands_) {
      if (!isOf(command, changed.path, changed.relativePath))
        continue;
      LP_TRY_ASSIGN(CompileTask task, taskFrom(command, changed));
      tasks.push_back(std::move(task));
      break;
    }
  }
  return tasks;
}

// The driver knows what its arguments mean; what it would run is then changed like any recorded command. A build folder
// may be one of the new tree: the command is moved into the base tree.
Result<std::vector<std::string>> BuildFolder::askDriver(const CompileCommand &command, const Compiler &compiler,
                                                        const std::string &path,
                                                        const std::string &relativePath) const {
  const std::string standIn = fmt::format("{}/asked-{}/{}", scratch_, relativePath, fs::path(path).filename().string());
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
Result<CompileTask> BuildFolder::taskFrom(const CompileCommand &command, const ChangedFile &file) const {
  const std::string folder = fmt::format("{}/added-{}", scratch_, fs::path(file.relativePath).filename().string());
  const TreeTops tops = treeTops(command.file, file.path);
  CompileTask task{file.relativePath, nullptr};
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

} // namespace livepatch

#include "patchbuild/cli/prepare.h"

#include "patchbuild/cache/cache_choice.h"
#include "patchbuild/cli/base_match.h"
#include "patchbuild/cli/progress.h"
#include "patchbuild/compile/concerned_units.h"
#include "patchbuild/map/load.h"
#include "patchbuild/parents/stack.h"
#include "patchbuild/source/paths.h"
#include "patchbuild/source/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace livepatch {
namespace {

// Whole sources that came or went: what the compile of the known units cannot tell.
void warnOfUnits(const Options &options, Prepared &prepared) {
  const auto &units = prepared.units;
  const auto wasBuilt = [&](const ChangedFile &file) {
    const std::string recorded = prepared.change.recordedRoot + "/" + file.relativePath;
    return std::any_of(prepared.map->units.begin(), prepared.map->units.end(),
                       [&](const MapUnit &unit) { return unit.sourcePath() == normalPath(recorded, "/"); });
  };
  for (const ChangedFile &file : prepared.change.changed) {
    if (!isUnitName(file.path))
      continue;
    const bool compiled = std::any_of(units.begin(), units.end(), [&](const CompiledUnit &unit) {
      return unit.id == file.relativePath ||
             std::find(unit.unit.files.begin(), unit.unit.files.end(), file.path) != unit.unit.files.end();
    });
    if (file.removed() && wasBuilt(file))
      prepared.warnings.push_back(
          fmt::format("{} is removed: what it defines stays in the running program", file.relativePath));
    else if (file.added() && !compiled)
      prepared.warnings.push_back(
          fmt::format("{} is new and not compiled{}", file.relativePath,
                      options.buildDirectory.empty()
                          ? ": if the program needs it, name a build folder with compile_commands.json with --build-dir"
                          : fmt::format(": {}/compile_commands.json does not name it", options.buildDirectory)));
  }
}

Result<std::unique_ptr<CompilerCache>> cacheFor(const Options &options, const Map &map, const Toolchain &toolchain) {
  LP_TRY_ASSIGN(const std::string program, chooseCache(options.compilerCache, map, options.buildDirectory));
  if (program.empty())
    return std::unique_ptr<CompilerCache>();
  tell(options, fmt::format("compiles go through {}", program));
  // One line is one write: threads may speak at once.
  return std::make_unique<CompilerCache>(program, toolchain.plugin,
                                         [&options](const std::string &text) { tell(options, text); });
}

// Folders of earlier patches -> the target as it runs with them on.
Result<std::set<std::size_t>> stack(const Options &options, Prepared &prepared) {
  for (const std::string &folder : options.parents) {
    LP_TRY_ASSIGN(ParentPatch parent, readParent(folder));
    prepared.parents.push_back(std::move(parent));
  }
  LP_TRY(checkParents(*prepared.map, prepared.parents));
  return layOver(*prepared.map, prepared.change.recordedRoot, prepared.parents);
}

// A unit that an earlier patch brought has its base in that patch.
void findAddedBases(Prepared &prepared) {
  for (CompiledUnit &compiled : prepared.units)
    for (const MapUnit &unit : prepared.map->units)
      if (!compiled.base && unit.command.empty() && unitId(unit, prepared.change.recordedRoot) == compiled.id)
        compiled.base = &unit;
}

// A new source that lacks what a parent changed takes that change back: by intent, or because it was forgotten.
void warnOfUndone(Prepared &prepared, const std::set<std::size_t> &touched, const std::set<std::size_t> &concerned) {
  for (const std::size_t index : touched)
    if (!concerned.contains(index))
      prepared.warnings.push_back(fmt::format("{} was changed by an earlier patch and is in the new sources as "
                                              "the target was built: this patch takes "
                                              "that change back",
                                              unitId(prepared.map->units[index], prepared.change.recordedRoot)));
}

} // namespace

std::vector<ManifestParent> Prepared::parentNames() const {
  std::vector<ManifestParent> names;
  for (const ParentPatch &parent : parents)
    names.push_back({parent.manifest.name, parent.identity});
  return names;
}

CompileSettings settingsFor(const Options &options, const Prepared &prepared, const std::string &folder) {
  CompileSettings settings;
  settings.toolchain = prepared.toolchain;
  settings.scratch = prepared.scratch.path() + "/" + folder;
  settings.jobs = options.jobs;
  settings.buildDirectory = options.buildDirectory;
  settings.cache = prepared.cache.get();
  return settings;
}

Result<Prepared> prepare(const Options &options) {
  LP_TRY_ASSIGN(Toolchain toolchain, findToolchain(options.pluginDirectory));
  LP_TRY_ASSIGN(Map map, loadTargetMap(options.target, options.mapFile));
  if (map.object.buildId.empty())
    return error(Fault::Refused,
                 fmt::format("{} has no build-id: a patch could not tell it from another build", options.target),
                 "link it with -Wl,--build-id");
  LP_TRY_ASSIGN(ScratchFolder scratch, ScratchFolder::create());
  const std::string changeFolder = scratch.path() + "/change";
  std::error_code failure;
  std::filesystem::create_directory(changeFolder, failure);
  LP_TRY_ASSIGN(SourceChange change, readChange(map, options.change, changeFolder));
  tell(options, fmt::format("source root {}, {} changed files", change.root, change.changed.size()));
  for (const ChangedFile &file : change.changed)
    tell(options, fmt::format("  {} {}",
                              file.added()     ? "new"
                              : file.removed() ? "removed"
                                               : "changed",
                              file.relativePath));

  LP_TRY_ASSIGN(std::unique_ptr<CompilerCache> cache, cacheFor(options, map, toolchain));
  Prepared prepared{std::make_unique<Map>(std::move(map)),
                    std::move(change),
                    std::move(toolchain),
                    {},
                    {},
                    std::move(cache),
                    {},
                    std::move(scratch),
                    {}};
  prepared.warnings = prepared.change.notes;

  Progress progress(options);
  CompileSettings settings = settingsFor(options, prepared, "compile");
  settings.progress = [&](std::size_t finished, std::size_t total, const std::string &unit) {
    progress.show(finished, total, unit);
    tell(options, fmt::format("compiled {} ({}/{})", unit, finished, total));
  };
  CompileSettings base = settings;
  base.scratch = prepared.scratch.path() + "/base";
  // Units that parents bring have no command: none of them is concerned.
  const BaseTree tree = baseTreeOf(*prepared.map, prepared.change);
  const std::set<std::size_t> concerned = concernedUnits(*prepared.map, prepared.change, tree);
  LP_TRY(checkBase(options, base, tree, concerned, prepared));
  LP_TRY_ASSIGN(const std::set<std::size_t> touched, stack(options, prepared));
  std::set<std::size_t> wanted = concerned;
  wanted.insert(touched.begin(), touched.end());
  LP_TRY_ASSIGN(prepared.units, recompile(*prepared.map, prepared.change, wanted, settings));
  findAddedBases(prepared);
  warnOfUndone(prepared, touched, concerned);
  warnOfUnits(options, prepared);
  prepared.unread = unreadBuildInputs(baseTreeOf(*prepared.map, prepared.change), prepared.change);
  prepared.unread.flagsAreCompared = !options.buildDirectory.empty();
  return prepared;
}

} // namespace livepatch

#include "patchbuild/cli/prepare.h"

#include "patchbuild/cli/progress.h"
#include "patchbuild/map/load.h"
#include "patchbuild/source/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace livepatch {
namespace {

// Whole sources that came or went: what the compile of the known units cannot tell.
void warnOfUnits(const Options& options, Prepared& prepared) {
    const auto& units = prepared.units;
    const auto wasBuilt = [&](const ChangedFile& file) {
        const std::string recorded = prepared.change.recordedRoot + "/" + file.relativePath;
        return std::any_of(prepared.map->units.begin(), prepared.map->units.end(),
                           [&](const MapUnit& unit) { return unit.sourcePath() == normalPath(recorded, "/"); });
    };
    for (const ChangedFile& file : prepared.change.changed) {
        if (!isUnitName(file.path))
            continue;
        const bool compiled = std::any_of(units.begin(), units.end(), [&](const CompiledUnit& unit) {
            return unit.id == file.relativePath ||
                   std::find(unit.unit.files.begin(), unit.unit.files.end(), file.path) != unit.unit.files.end();
        });
        if (file.removed() && wasBuilt(file))
            prepared.warnings.push_back(
                fmt::format("{} is removed: what it defines stays in the running program", file.relativePath));
        else if (file.added() && !compiled)
            prepared.warnings.push_back(fmt::format(
                "{} is new and not compiled{}", file.relativePath,
                options.buildDirectory.empty()
                    ? ": if the program needs it, name a build folder with compile_commands.json with --build-dir"
                    : fmt::format(": {}/compile_commands.json does not name it", options.buildDirectory)));
    }
}

} // namespace

Result<Prepared> prepare(const Options& options) {
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
    for (const ChangedFile& file : change.changed)
        tell(options, fmt::format("  {} {}",
                                  file.added()     ? "new"
                                  : file.removed() ? "removed"
                                                   : "changed",
                                  file.relativePath));

    Prepared prepared{
        std::make_unique<Map>(std::move(map)), std::move(change), std::move(toolchain), {}, {}, std::move(scratch)};
    prepared.warnings = prepared.change.notes;

    Progress progress(options);
    CompileSettings settings{
        prepared.toolchain, prepared.scratch.path() + "/compile", options.jobs, options.buildDirectory, {}};
    settings.progress = [&](std::size_t finished, std::size_t total, const std::string& unit) {
        progress.show(finished, total, unit);
        tell(options, fmt::format("compiled {} ({}/{})", unit, finished, total));
    };
    if (options.verifyBase) {
        CompileSettings base = settings;
        base.scratch = prepared.scratch.path() + "/base";
        LP_TRY(verifyBase(*prepared.map, prepared.change, base));
    }
    LP_TRY_ASSIGN(prepared.units, recompile(*prepared.map, prepared.change, settings));
    warnOfUnits(options, prepared);
    return prepared;
}

} // namespace livepatch

// patchbuild: from a patchable program and a source change to a patch.
#include "patchbuild/cache/compiler_cache.h"
#include "patchbuild/cli/options.h"
#include "patchbuild/compile/program.h"
#include "runtime/core/readable_names.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <functional>

namespace {

using namespace livepatch;
using Command = std::function<Result<ExitCode>(const Options &)>;

const char overview[] =
    "Makes a live patch for a program that was built patchable (with livepatch-clang, or livepatch_target_patchable()\n"
    "in CMake) out of a change of its sources.";

const char examples[] = R"(
Example: a fix in three steps.
  patchbuild explain --target ./server --patch fix.patch        what would be patched, and why
  patchbuild create  --target ./server --patch fix.patch -o out writes out/fix.so, out/fix.cmd and out/fix.json
  livepatch apply --pid $(pidof server) out                     brings it into the running server

Exit codes: 0 a patch was produced, 3 no functional change, 4 refused as unsafe, 5 does not fit (another compiler,
other flags, another base), 2 wrong usage, 1 any other failure.)";

void addChangeOptions(CLI::App &command, Options &options) {
  command.add_option("--target", options.target, "the ELF file that runs, as it was built")
      ->type_name("ELF")
      ->required();
  // Options that belong together in --help; that one of the ways is given, readChange() checks with a remedy.
  const char *ways = "What has changed (one of the three)";
  auto *patch = command
                    .add_option("--patch", options.change.patchFiles,
                                "a patch against the target's sources; several: one after the other")
                    ->type_name("FILE")
                    ->allow_extra_args(false)
                    ->group(ways);
  auto *tree =
      command.add_option("--new-tree", options.change.newTree, "a second source tree")->type_name("DIR")->group(ways);
  auto *oldRevision =
      command.add_option("--old-rev", options.change.oldRevision, "the git revision that the target was built from")
          ->type_name("REV")
          ->group(ways);
  auto *newRevision = command.add_option("--new-rev", options.change.newRevision, "the git revision to come to")
                          ->type_name("REV")
                          ->group(ways);
  patch->excludes(tree)->excludes(oldRevision)->excludes(newRevision);
  tree->excludes(oldRevision)->excludes(newRevision);
  oldRevision->needs(newRevision);
  newRevision->needs(oldRevision);
  command.add_option("--source-root", options.change.sourceRoot, "top of the target's sources (default: as recorded)")
      ->type_name("DIR");
  command
      .add_option("--build-dir", options.buildDirectory,
                  "a folder with compile_commands.json, for sources that are new")
      ->type_name("DIR");
  command.add_option("--map", options.mapFile, "the target's saved mapfile, or its debug file")->type_name("FILE");
  command
      .add_option("--on", options.parents,
                  "an earlier patch (its folder) that is on in the process; the change is still said from the target's "
                  "own sources. May be given several times, the lowest first")
      ->type_name("OUT")
      ->allow_extra_args(false);
  command.add_option("--name", options.name, "the patch's name (default: from the change)")->type_name("NAME");
  command
      .add_option("--verify-fresh", options.verifyFresh,
                  "a complete patchable build of the new sources: check that the patch leaves out nothing of it")
      ->type_name("ELF");
  command.add_flag("--verify-base", options.verifyBase,
                   "first compile the unchanged sources and compare with what the target was built from");
}

void addCommonOptions(CLI::App &command, Options &options) {
  command.add_flag("-v,--verbose", options.verbose, "say what is being done");
  command.add_flag("--quiet", options.quiet, "say nothing but errors");
  command.add_flag("--json", options.json, "report as JSON");
}

void addCompileOptions(CLI::App &command, Options &options) {
  command.add_option("-j,--jobs", options.jobs, "compiles at a time (default: one for each processor)")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  command
      .add_option_function<std::string>(
          "--compiler-cache",
          [&options](const std::string &word) {
            options.compilerCache = word == "none"     ? CacheWish::None
                                    : word == "ccache" ? CacheWish::Ccache
                                                       : CacheWish::Auto;
          },
          "compile through ccache: auto (the default: if the target's build did), ccache or none")
      ->type_name("CACHE")
      ->check(CLI::IsMember({"auto", "ccache", "none"}));
  command
      .add_option("--plugin-dir", options.pluginDirectory,
                  "folder of livepatch-clang-plugin.so and livepatch-extract (default: of this installation)")
      ->type_name("DIR");
}

int report(const Error &failure, const Options &options) {
  const ExitCode code = exitCodeFor(failure.fault);
  if (options.json) {
    nlohmann::ordered_json out;
    out["status"] = "error";
    out["exit-code"] = static_cast<int>(code);
    out["message"] = failure.message;
    if (!failure.remedy.empty())
      out["hint"] = failure.remedy;
    fmt::print("{}\n", out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
  fmt::print(stderr, "patchbuild: {}\n", readableNames(failure.text()));
  return static_cast<int>(code);
}

// CLI11 says what is wrong with the words; where to find the right ones is our part.
Error wrongWords(const CLI::App &app, const CLI::ParseError &failure, int argc, char **argv) {
  const auto subcommands = app.get_subcommands();
  if (subcommands.empty() && argc > 1 && argv[1][0] != '-')
    return error(Fault::Usage, fmt::format("there is no subcommand \"{}\"", argv[1]),
                 "there are create, explain, map and inspect; see `patchbuild --help`");
  const std::string name = subcommands.empty() ? "" : subcommands.front()->get_name() + " ";
  return error(Fault::Usage, failure.what(), fmt::format("see `patchbuild {}--help`", name));
}

} // namespace

int main(int argc, char **argv) {
  if (isCacheCall(argc, argv)) {
    failOnSignals();
    return answerCacheCall(argc, argv);
  }
  CLI::App app(overview, "patchbuild");
  app.set_version_flag("--version", "patchbuild " LIVEPATCH_VERSION);
  app.footer(examples);
  app.require_subcommand(1);

  Options options;
  Command chosen;
  const auto add = [&](const char *name, const char *description, const Command &command) {
    CLI::App *added = app.add_subcommand(name, description);
    added->callback([&chosen, command] { chosen = command; });
    added->set_version_flag("--version", "patchbuild " LIVEPATCH_VERSION);
    addCommonOptions(*added, options);
    return added;
  };

  CLI::App *create = add("create", "build a patch from a source change", createCommand);
  addChangeOptions(*create, options);
  create->add_option("-o,--output", options.output, "the folder to write the patch to")->type_name("OUT")->required();
  addCompileOptions(*create, options);
  create
      ->add_flag("--replace", options.replaces,
                 "the patch takes the place of all earlier ones of this target, in one step, wherever it is applied")
      ->excludes("--on");
  create->footer("\nExample:\n  patchbuild create --target ./server --old-rev v1.2 --new-rev v1.2.1 -o out");

  CLI::App *explain = add("explain", "say what would be patched and why; write nothing", explainCommand);
  addChangeOptions(*explain, options);
  addCompileOptions(*explain, options);
  explain->footer("\nExample:\n  patchbuild explain --target ./server --new-tree ../server-fixed");

  CLI::App *map = add("map", "write the mapfile of a patchable ELF file", mapCommand);
  map->add_option("ELF", options.target, "the executable or shared library")->required();
  map->add_option("-o,--output", options.output, "the file to write (default: standard output)")->type_name("FILE");
  map->add_option("--map", options.mapFile, "the debug file that holds its map")->type_name("FILE");
  map->footer("\nExample: keep the map of a program that is stripped afterwards.\n"
              "  patchbuild map ./server -o server.lpmap && strip ./server");

  CLI::App *inspect = add("inspect", "say what a patch contains", inspectCommand);
  inspect->add_option("OUT", options.patch, "the folder of the patch, or the NAME.json in it")->required();
  inspect->footer("\nExample:\n  patchbuild inspect out");

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success &asked) {
    return app.exit(asked); // --help, --version
  } catch (const CLI::ParseError &failure) {
    return report(wrongWords(app, failure, argc, argv), options);
  }
  if (options.target.empty() && options.patch.empty())
    return report(error(Fault::Usage, "an empty file name was given"), options);
  failOnSignals();
  const Result<ExitCode> result = chosen(options);
  return result.ok() ? static_cast<int>(*result) : report(result.failure(), options);
}

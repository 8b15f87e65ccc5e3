// pannus PID patch.so mapfile pannus.cmd: Pannus's own form, for patches written by hand.
#include "runtime/cli/options.h"
#include "runtime/cli/suspension.h"
#include "runtime/core/printable.h"
#include "runtime/core/readable_names.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

using namespace livepatch;

namespace {

ExitCode fail(const Error &failure) {
  fmt::print(stderr, "pannus: {}\n", printable(readableNames(failure.text())));
  return exitCodeFor(failure.fault);
}

} // namespace

int main(int argc, char **argv) {
  refuseSuspension();
  CLI::App app{"Applies a hand-written patch to a running process."};
  app.set_version_flag("--version", "pannus " LIVEPATCH_VERSION);
  app.footer(std::string("The command file has one line for each change:\n"
                         "  J target_symbol patch_symbol        redirect a function\n"
                         "  V target_symbol hexdata [if=hex]    write these bytes into a variable\n"
                         "  P target_symbol patch_symbol        let a pointer point at a symbol of the patch\n\n"
                         "Example:\n  nm -S server > server.map && pannus 4711 patch.so server.map pannus.cmd\n\n") +
             exitCodeHelp);
  pid_t pid = 0;
  std::string object, mapfile, commands;
  bool json = false, verbose = false, quiet = false;
  app.add_option("PID", pid, "The process")->required()->check(CLI::PositiveNumber);
  app.add_option("patch.so", object, "The patch: a shared object")->required();
  app.add_option("mapfile", mapfile, "The target's symbols: .lpmap, or output of nm (-S)")->required();
  app.add_option("pannus.cmd", commands, "The command file")->required();
  app.add_flag("--json", json, "Report as JSON");
  app.add_flag("-v,--verbose", verbose, "Say more");
  app.add_flag("--quiet", quiet, "Say nothing but errors");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &problem) {
    return app.exit(problem) == 0 ? 0 : static_cast<int>(ExitCode::Usage);
  }
  auto patch = readPatchByHand(object, mapfile, commands);
  if (!patch)
    return static_cast<int>(patch.failure().fault == Fault::NotFound ? (fail(patch.failure()), ExitCode::Failed)
                                                                     : fail(patch.failure()));
  auto outcome = apply(pid, *patch, {});
  if (!outcome)
    return static_cast<int>(fail(outcome.failure()));
  if (json)
    fmt::print("{}\n", livepatch::json(*outcome).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  else
    fmt::print("{}", printable(text(pid, *outcome,
                                    quiet     ? Wordiness::Quiet
                                    : verbose ? Wordiness::Verbose
                                              : Wordiness::Normal)));
  return static_cast<int>(ExitCode::Done);
}

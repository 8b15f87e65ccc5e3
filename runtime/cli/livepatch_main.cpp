// livepatch: apply patches to running processes, take them back, and tell what runs where.
#include "runtime/cli/duration_text.h"
#include "runtime/cli/options.h"
#include "runtime/cli/suspension.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <map>

using namespace livepatch;

namespace {

void addReporting(CLI::App &command, Options &options) {
  command.add_flag("--json", options.json, "Report as one JSON document");
  auto *verbose = command.add_flag_callback(
      "-v,--verbose", [&] { options.words = Wordiness::Verbose; }, "Say more");
  command
      .add_flag_callback(
          "--quiet", [&] { options.words = Wordiness::Quiet; }, "Say nothing but errors")
      ->excludes(verbose);
}

// One number for each --pid, so that what follows is not taken for another one.
CLI::Option *addPids(CLI::App &command, Options &options) {
  return command.add_option("--pid", options.pids, "This process; may be given several times")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->check([](const std::string &text) {
        bool number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos && text != "0";
        return number ? std::string() : "\"" + text + "\" is not a process id";
      })
      ->option_text("N");
}

void addProcesses(CLI::App &command, Options &options) {
  auto *group = command.add_option_group("processes", "Which processes (one of these)");
  addPids(*group, options);
  group->add_option("--exe", options.executable, "All processes that run this executable");
  group->add_flag("--all", options.all, "All processes that the patch is for");
  group->require_option(1);
}

template <typename Time>
void addTime(CLI::App &command, const char *name, Time &time, const char *help) {
  command
      .add_option_function<std::string>(
          name, [&time](const std::string &text) { time = *parseDuration(text); }, help)
      ->check([](const std::string &text) {
        return parseDuration(text) ? std::string() : "\"" + text + "\" is not a time like 5s, 500ms or 2m";
      })
      ->option_text("TIME");
}

void addChanging(CLI::App &command, Options &options) {
  static const std::map<std::string, Consistency> levels = {
      {"none", Consistency::None}, {"function", Consistency::Function}, {"stack", Consistency::Stack}};
  command
      .add_option(
          "--consistency", options.apply.consistency,
          "When the new code takes over: none or function = with the next call of each function; stack = when no\n"
          "thread is inside any of them. Default: function for a patch of one function, else stack")
      ->transform(CLI::CheckedTransformer(levels))
      ->option_text("none|function|stack");
  addTime(command, "--deadline", options.apply.deadline, "How long to wait for such a moment (default 5s)");
  addTime(command, "--stop-limit", options.apply.stopLimit,
          "How long one stop of the threads may last before they go on (default: 5ms, doubled at each new attempt)");
  command.add_flag("--allow-seccomp", options.apply.allowSeccomp,
                   "Also where the target has a seccomp filter: it is known to allow mmap, munmap, madvise, prctl and "
                   "rt_sigprocmask");
}

bool isSubcommand(CLI::App &app, const std::string &word) {
  return !app.get_subcommands([&](CLI::App *command) { return command->get_name() == word; }).empty();
}

} // namespace

int main(int argc, char **argv) {
  refuseSuspension();
  CLI::App app{"Applies patches made by patchbuild to running processes, and takes them back."};
  app.set_version_flag("--version", "livepatch " LIVEPATCH_VERSION);
  app.require_subcommand(1);
  app.footer(std::string("Examples:\n  livepatch apply --pid 4711 cve-2024-51741/\n  livepatch list\n"
                         "  livepatch revert --exe /usr/sbin/server cve-2024-51741\n\n") +
             exitCodeHelp);
  Options options;
  std::function<ExitCode(const Options &)> run;
  auto add = [&](const char *name, const char *does, ExitCode (*command)(const Options &)) {
    CLI::App *sub = app.add_subcommand(name, does);
    sub->footer(exitCodeHelp);
    sub->set_version_flag("--version", "livepatch " LIVEPATCH_VERSION);
    addReporting(*sub, options);
    sub->callback([&run, command] { run = command; });
    return sub;
  };
  CLI::App *apply = add("apply", "Apply the patch in the folder OUT", applyCommand);
  addProcesses(*apply, options);
  addChanging(*apply, options);
  const char *replaceHelp = "Take the place of all earlier patches of the same program or libraries, in one step";
  apply->add_flag("--replace", options.apply.replace, replaceHelp);
  apply->add_flag("--dry-run", options.apply.dryRun, "Verify everything, change nothing");
  apply->add_option("OUT", options.subject, "The folder that patchbuild create has written")->required();

  CLI::App *revert = add("revert", "Switch the patch NAME off", revertCommand);
  addProcesses(*revert, options);
  addChanging(*revert, options);
  revert->add_flag("--give-back", options.apply.giveBack,
                   "Also unmap the patch, if a search of the process shows that nothing in it can still use it");
  addTime(*revert, "--longest-stop", options.apply.longestStop,
          "How long the process may stand still for that search (default 20ms)");
  revert->add_option("NAME", options.subject, "The patch's name, as list shows it")->required();

  CLI::App *list = add("list", "What runs where; -v: and who still runs old code", listCommand);
  addPids(*list, options);
  list->add_option("--for", options.patchFolder,
                   "For each process that the patch in this folder is for: does it run the\npatch, and if not, why? "
                   "Exit code 0: all of them do")
      ->option_text("OUT");

  CLI::App *check = add("check", "Would the patch in OUT apply, and if not, why", checkCommand);
  addPids(*check, options)->required();
  check->add_flag("--replace", options.apply.replace, "As for apply");
  check->add_flag("--allow-seccomp", options.apply.allowSeccomp, "As for apply");
  check->add_option("OUT", options.subject, "The folder that patchbuild create has written")->required();

  CLI::App *symbols = add(
      "symbols", "Addresses, sizes and names of the functions of applied patches, as perf reads them", symbolsCommand);
  addPids(*symbols, options)->required();

  // CLI11 would only say that a subcommand is missing.
  if (argc > 1 && argv[1][0] != '-' && !isSubcommand(app, argv[1])) {
    std::cerr << "livepatch: \"" << argv[1] << "\" is not a subcommand: apply, revert, list, check and symbols are\n";
    return static_cast<int>(ExitCode::Usage);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &problem) {
    // CLI11's own codes are not ours: --help and --version end with 0, everything else is wrong usage.
    return app.exit(problem) == 0 ? 0 : static_cast<int>(ExitCode::Usage);
  }
  return static_cast<int>(run(options));
}

// What a user can say to livepatch.
#pragma once

#include "runtime/cli/exit_code.h"
#include "runtime/cli/report.h"
#include "runtime/patcher/livepatch.h"

#include <string>
#include <vector>

namespace livepatch {

struct Options {
  std::vector<pid_t> pids;
  std::string executable;
  bool all = false;
  std::string patchFolder; // list --for
  std::string subject;     // the patch folder, or revert's patch name
  ApplyOptions apply;
  Wordiness words = Wordiness::Normal;
  bool json = false;
};

// The subcommands. Each prints its reports to standard output and failures to standard error (--json: all to standard
// output).
[[nodiscard]] ExitCode applyCommand(const Options &options);
[[nodiscard]] ExitCode revertCommand(const Options &options);
[[nodiscard]] ExitCode listCommand(const Options &options);
[[nodiscard]] ExitCode checkCommand(const Options &options);
[[nodiscard]] ExitCode symbolsCommand(const Options &options);

// The text that --help and the manual page give about the exit codes.
inline constexpr const char *exitCodeHelp =
    "Exit codes: 0 done | 1 failed | 2 wrong usage | 3 it was so already | 4 refused (build-id,\n"
    "permission, missing symbol, unsafe) | 5 busy (thread and function are named) | 6 target gone.\n"
    "With several processes: the one to look at first (2, 1, 4, 5, 6, 3, 0).";

} // namespace livepatch

// The subcommands of livepatch: choose the processes, do the one thing to each, print, and sum up in one exit code.
#include "runtime/cli/options.h"
#include "runtime/core/readable_names.h"

#include <fmt/format.h>
#include <unistd.h>

namespace livepatch {
namespace {

// Collects what happened to each process, printed as it happens or as one JSON document at the end.
class Summary {
public:
  explicit Summary(const Options &options) : options_(options) {}

  template <typename Report>
  void add(pid_t pid, const Result<Report> &outcome, const std::string &words) {
    ExitCode code = outcome ? ExitCode::Done : exitCodeFor(outcome.failure().fault);
    note(code);
    if (options_.json) {
      nlohmann::json entry = {{"pid", pid}, {"outcome", outcomeName(code)}};
      if (outcome)
        entry.update(json(*outcome));
      else
        entry["error"] = json(outcome.failure());
      processes_.push_back(std::move(entry));
    } else if (outcome) {
      fmt::print("{}", words);
    } else {
      fmt::print(stderr, "livepatch: {}\n", readableNames(outcome.failure().text()));
    }
  }

  // A failure that concerns no process.
  void fail(const Error &failure) {
    note(exitCodeFor(failure.fault));
    // A patch or file that is not there was never looked for in a process: that is not a refusal.
    if (failure.fault == Fault::NotFound)
      code_ = ExitCode::Failed;
    if (options_.json)
      error_ = json(failure);
    else
      fmt::print(stderr, "livepatch: {}\n", readableNames(failure.text()));
  }

  [[nodiscard]] ExitCode finish() {
    if (options_.json) {
      nlohmann::json all = {{"outcome", outcomeName(code_)}, {"processes", processes_}};
      if (!error_.is_null())
        all["error"] = error_;
      fmt::print("{}\n", all.dump(2));
    }
    return code_;
  }

private:
  // The first outcome stands by itself: "done" must not win over a single "already".
  void note(ExitCode code) {
    code_ = first_ ? code : moreSevere(code_, code);
    first_ = false;
  }

  const Options &options_;
  nlohmann::json processes_ = nlohmann::json::array(), error_;
  ExitCode code_ = ExitCode::Done;
  bool first_ = true;
};

// Progress for a long row of processes, only where a person looks at it.
void showProgress(const Options &options, std::size_t done, std::size_t all) {
  if (options.json || options.words == Wordiness::Quiet || all < 2 || !::isatty(STDERR_FILENO))
    return;
  fmt::print(stderr, "\r[{}/{}]{}", done, all, done == all ? "\r\033[K" : " ");
}

Result<std::vector<pid_t>> chosen(const Options &options, const std::vector<pid_t> &ofAll) {
  std::vector<pid_t> pids = options.pids;
  if (!options.executable.empty())
    pids = processesRunning(options.executable);
  if (options.all)
    pids = ofAll;
  if (pids.empty())
    return error(Fault::Gone,
                 options.all ? "no process that this user can see fits"
                             : fmt::format("no process runs {}", options.executable),
                 "livepatch list shows the patched processes");
  return pids;
}

std::vector<std::string> buildIdsOf(const PatchFiles &patch) {
  std::vector<std::string> ids;
  for (const ManifestTarget &target : patch.targets)
    ids.push_back(target.buildId);
  return ids;
}

template <typename Do>
void forEach(const Options &options, const std::vector<pid_t> &pids, Do doIt) {
  for (std::size_t i = 0; i < pids.size(); ++i) {
    showProgress(options, i, pids.size());
    doIt(pids[i]);
  }
  showProgress(options, pids.size(), pids.size());
}

void printWarnings(const Options &options, const PatchFiles &patch) {
  if (options.json || options.words == Wordiness::Quiet)
    return;
  for (const std::string &warning : patch.warnings)
    fmt::print("warning: {}\n", warning);
}

} // namespace

ExitCode applyCommand(const Options &options) {
  Summary summary(options);
  // Read and checked once, before any process is looked at.
  auto patch = readPatchFolder(options.subject);
  if (!patch) {
    summary.fail(patch.failure());
    return summary.finish();
  }
  auto pids = chosen(options, options.all ? processesWith(buildIdsOf(*patch)) : std::vector<pid_t>());
  if (!pids) {
    summary.fail(pids.failure());
    return summary.finish();
  }
  printWarnings(options, *patch);
  forEach(options, *pids, [&](pid_t pid) {
    // A dry run is a check: it says who would have to be waited for, too.
    if (options.apply.dryRun) {
      auto outcome = check(pid, *patch, options.apply);
      summary.add(pid, outcome, outcome ? text(pid, *outcome, options.words) : "");
      return;
    }
    auto outcome = apply(pid, *patch, options.apply);
    summary.add(pid, outcome, outcome ? text(pid, *outcome, options.words) : "");
  });
  return summary.finish();
}

ExitCode checkCommand(const Options &options) {
  Options dry = options;
  dry.apply.dryRun = true;
  return applyCommand(dry);
}

ExitCode revertCommand(const Options &options) {
  Summary summary(options);
  auto pids = chosen(options, options.all ? patchedProcesses(options.subject) : std::vector<pid_t>());
  if (!pids) {
    summary.fail(pids.failure());
    return summary.finish();
  }
  forEach(options, *pids, [&](pid_t pid) {
    auto outcome = revert(pid, options.subject, options.apply);
    summary.add(pid, outcome, outcome ? text(pid, *outcome, options.words) : "");
  });
  return summary.finish();
}

ExitCode listCommand(const Options &options) {
  Summary summary(options);
  std::vector<pid_t> pids = options.pids.empty() ? patchedProcesses() : options.pids;
  // To look at threads means to stop them for a moment: only for those who want to know.
  LookAtThreads look = options.words == Wordiness::Verbose || options.json ? LookAtThreads::Yes : LookAtThreads::No;
  if (pids.empty() && !options.json && options.words != Wordiness::Quiet)
    fmt::print("no process is patched\n");
  for (pid_t pid : pids) {
    auto outcome = list(pid, look);
    summary.add(pid, outcome, outcome ? text(*outcome, options.words) : "");
  }
  return summary.finish();
}

} // namespace livepatch

// The subcommands of livepatch: choose the processes, do the one thing to each, print, and sum up in one exit code.
#include "runtime/cli/options.h"
#include "runtime/cli/parallel.h"
#include "runtime/core/printable.h"
#include "runtime/core/readable_names.h"
#include "runtime/linux/work_limit.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <set>
#include <unistd.h>

namespace livepatch {
namespace {

// What has become of one process, in a form that a child can send.
struct Outcome {
  ExitCode code = ExitCode::Done;
  nlohmann::json entry; // for --json
  std::string words;    // for everybody else; an error's where `code` is one of them
  bool failed = false;
};

template <typename Report>
Outcome outcomeOf(pid_t pid, const Result<Report> &result, const std::string &words) {
  Outcome outcome;
  outcome.failed = !result;
  outcome.code = result ? ExitCode::Done : exitCodeFor(result.failure().fault);
  outcome.words = result ? words : readableNames(result.failure().text());
  outcome.entry = {{"pid", pid}, {"outcome", outcomeName(outcome.code)}};
  if (result)
    outcome.entry.update(json(*result));
  else
    outcome.entry["error"] = json(result.failure());
  return outcome;
}

std::string packed(const Outcome &outcome) {
  const nlohmann::json all = {static_cast<int>(outcome.code), outcome.entry, outcome.words, outcome.failed};
  // What a target's names hold need not be UTF-8.
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Outcome unpacked(const std::string &text) {
  const nlohmann::json all = nlohmann::json::parse(text, nullptr, false);
  if (!all.is_array() || all.size() != 4)
    return {ExitCode::Failed, {}, "livepatch's own child has given no readable answer", true};
  return {static_cast<ExitCode>(all[0].get<int>()), all[1], all[2].get<std::string>(), all[3].get<bool>()};
}

// Collects what happened to each process, printed as it happens or as one JSON document at the end.
class Summary {
public:
  explicit Summary(const Options &options) : options_(options) {}

  void add(const Outcome &outcome) {
    note(outcome.code);
    ++counts_[outcomeName(outcome.code)];
    if (options_.json)
      processes_.push_back(outcome.entry);
    else if (outcome.failed)
      fmt::print(stderr, "livepatch: {}\n", printable(outcome.words));
    else
      fmt::print("{}", printable(outcome.words));
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
      fmt::print(stderr, "livepatch: {}\n", printable(readableNames(failure.text())));
  }

  // `pids`: in their order, however the processes came to their ends.
  [[nodiscard]] ExitCode finish(const std::vector<pid_t> &pids = {}) {
    std::size_t all = 0;
    std::string words;
    for (const auto &[name, count] : counts_) {
      words += fmt::format("{}{} {}", all ? ", " : "", count, name);
      all += count;
    }
    if (all > 1 && !options_.json && options_.words != Wordiness::Quiet)
      fmt::print("{} processes: {}\n", all, words);
    if (options_.json) {
      auto place = [&](const nlohmann::json &entry) {
        return std::find(pids.begin(), pids.end(), entry.value("pid", 0)) - pids.begin();
      };
      std::stable_sort(processes_.begin(), processes_.end(),
                       [&](const auto &a, const auto &b) { return place(a) < place(b); });
      nlohmann::json all = {{"outcome", outcomeName(code_)}, {"processes", processes_}, {"counts", counts_}};
      if (!error_.is_null())
        all["error"] = error_;
      fmt::print("{}\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
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
  std::map<std::string, std::size_t> counts_; // of outcomes
  ExitCode code_ = ExitCode::Done;
  bool first_ = true;
};

// Progress for a long row of processes, only where a person looks at it.
void showProgress(const Options &options, std::size_t done, std::size_t all) {
  if (options.json || options.words == Wordiness::Quiet || all < 2 || !::isatty(STDERR_FILENO))
    return;
  std::fflush(stdout);
  fmt::print(stderr, "\r[{}/{}]{}", done, all, done == all ? "\r\033[K" : " ");
  std::fflush(stderr);
}

Result<std::vector<pid_t>> chosen(const Options &options, const std::vector<pid_t> &ofAll) {
  std::vector<pid_t> pids = options.pids;
  if (!options.executable.empty())
    pids = processesRunning(options.executable);
  if (options.all)
    pids = ofAll;
  std::set<pid_t> seen;
  pids.erase(std::remove_if(pids.begin(), pids.end(), [&](pid_t pid) { return !seen.insert(pid).second; }), pids.end());
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

// More than anything takes that is what it says.
constexpr auto longestWork = std::chrono::minutes(5);

// The one process here, several in children.
void forEach(const Options &options, const std::vector<pid_t> &pids, Summary &summary,
             const std::function<Outcome(pid_t)> &unlimited) {
  const auto work = [&](pid_t pid) {
    const WorkLimit limit(longestWork,
                          fmt::format("livepatch: process {} has kept livepatch computing for minutes: its loader's "
                                      "tables are damaged",
                                      pid),
                          static_cast<int>(ExitCode::Failed));
    return unlimited(pid);
  };
  if (pids.size() == 1)
    return summary.add(work(pids.front()));
  std::size_t ended = 0;
  auto add = [&](const Outcome &outcome) {
    showProgress(options, pids.size(), pids.size()); // takes its line away
    summary.add(outcome);
    showProgress(options, ++ended, pids.size());
  };
  showProgress(options, 0, pids.size());
  inParallel(
      pids, [&](pid_t pid) { return packed(work(pid)); },
      [&](pid_t, const std::string &answer) { add(unpacked(answer)); },
      [&](pid_t pid, const std::string &how) {
        add(outcomeOf(pid, Result<ApplyReport>(error(Fault::Internal, fmt::format("process {}: {}", pid, how))), ""));
      });
}

void printWarnings(const Options &options, const PatchFiles &patch) {
  if (options.json || options.words == Wordiness::Quiet)
    return;
  for (const std::string &warning : patch.warnings)
    fmt::print("warning: {}\n", printable(warning));
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
  forEach(options, *pids, summary, [&](pid_t pid) {
    // A dry run is a check: it says who would have to be waited for, too.
    if (options.apply.dryRun) {
      auto outcome = check(pid, *patch, options.apply);
      return outcomeOf(pid, outcome, outcome ? text(pid, *outcome, options.words) : "");
    }
    auto outcome = apply(pid, *patch, options.apply);
    return outcomeOf(pid, outcome, outcome ? text(pid, *outcome, options.words) : "");
  });
  return summary.finish(*pids);
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
  forEach(options, *pids, summary, [&](pid_t pid) {
    auto outcome = revert(pid, options.subject, options.apply);
    return outcomeOf(pid, outcome, outcome ? text(pid, *outcome, options.words) : "");
  });
  return summary.finish(*pids);
}

// For each process that the patch is for: does it run the patch, and if not, why? Nobody is stopped for that.
ExitCode listUsers(const Options &options) {
  Summary summary(options);
  auto patch = readPatchFolder(options.patchFolder);
  if (!patch) {
    summary.fail(patch.failure());
    return summary.finish();
  }
  std::vector<pid_t> unreadable;
  const std::vector<pid_t> pids = options.pids.empty() ? processesWith(buildIdsOf(*patch), &unreadable) : options.pids;
  ApplyOptions dry;
  dry.dryRun = true;
  for (pid_t pid : pids) {
    auto would = apply(pid, *patch, dry);
    Outcome outcome;
    outcome.entry = {{"pid", pid}, {"patch", patch->name}};
    if (!would && would.failure().fault == Fault::Already) {
      outcome.words = fmt::format("{}: runs {}\n", pid, patch->name);
    } else {
      outcome.code = would ? ExitCode::Refused : exitCodeFor(would.failure().fault);
      const std::string why = !would                   ? readableNames(would.failure().text())
                              : would->switchedOnAgain ? "the patch was reverted"
                                                       : "the patch was never applied; nothing is in its way";
      outcome.words = fmt::format("{}: runs old code: {}\n", pid, why);
      outcome.entry["reason"] = why;
    }
    outcome.entry["old-code"] = outcome.code != ExitCode::Done;
    outcome.entry["outcome"] = outcomeName(outcome.code);
    summary.add(outcome);
  }
  if (pids.empty() && !options.json && options.words != Wordiness::Quiet)
    fmt::print("no process that this user can see has what {} is for\n", patch->name);
  if (!unreadable.empty() && !options.json && options.words != Wordiness::Quiet)
    fmt::print("not permitted to look at: {} {}\n", unreadable.size(),
               unreadable.size() == 1 ? "process" : "processes");
  return summary.finish(pids);
}

ExitCode symbolsCommand(const Options &options) {
  Summary summary(options);
  for (pid_t pid : options.pids) {
    auto outcome = functionSymbols(pid);
    summary.add(outcomeOf(pid, outcome, outcome ? text(*outcome) : ""));
  }
  return summary.finish(options.pids);
}

ExitCode listCommand(const Options &options) {
  if (!options.patchFolder.empty())
    return listUsers(options);
  Summary summary(options);
  std::vector<pid_t> pids = options.pids.empty() ? patchedProcesses() : options.pids;
  // To look at threads means to stop them for a moment: only for those who want to know.
  LookAtThreads look = options.words == Wordiness::Verbose || options.json ? LookAtThreads::Yes : LookAtThreads::No;
  if (pids.empty() && !options.json && options.words != Wordiness::Quiet)
    fmt::print("no process is patched\n");
  for (pid_t pid : pids) {
    auto outcome = list(pid, look);
    summary.add(outcomeOf(pid, outcome, outcome ? text(*outcome, options.words) : ""));
  }
  return summary.finish(pids);
}

} // namespace livepatch

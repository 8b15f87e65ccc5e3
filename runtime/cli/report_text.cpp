#include "runtime/cli/duration_text.h"
#include "runtime/cli/report.h"
#include "runtime/cli/status_name.h"
#include "runtime/core/printable.h"
#include "runtime/core/readable_names.h"

#include <fmt/format.h>

namespace livepatch {
namespace {

constexpr std::size_t mostNames = 8; // of functions in a line, unless more words are asked for

std::string names(const std::vector<std::string> &all, Wordiness words) {
  std::string line;
  std::size_t shown = words == Wordiness::Verbose ? all.size() : std::min(all.size(), mostNames);
  for (std::size_t i = 0; i < shown; ++i)
    line += (i ? ", " : "") + readableNames(all[i]);
  if (shown < all.size())
    line += fmt::format(" and {} more", all.size() - shown);
  return line;
}

std::string counted(std::size_t n, const char *one, const char *many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

std::string times(int n) {
  return n == 1 ? "once" : fmt::format("{} times", n);
}

std::string stopLines(const StopTimes &stops) {
  std::string out;
  if (stops.attempts > 0)
    out +=
        fmt::format("  threads were stopped {}: running ones for {} at most, sleeping ones for {}\n",
                    times(stops.attempts), durationText(stops.longestOfRunning), durationText(stops.longestOfSleeping));
  if (stops.rolledBack > 0)
    out += fmt::format("  {} of these stops took too long and were given up\n", stops.rolledBack);
  if (stops.borrowings.times > 0)
    out +=
        fmt::format("  one thread, a sleeping one if there is any, was borrowed {} for system calls, for {} at most\n",
                    times(stops.borrowings.times), durationText(stops.borrowings.longest));
  return out.empty() ? "  no thread was stopped\n" : out;
}

std::string replacedLines(const ApplyReport &report, Wordiness words) {
  std::string out;
  if (!report.replaced.empty())
    out += fmt::format("  in place of {}\n", names(report.replaced, words));
  if (!report.back.empty())
    out += fmt::format("  the program's own code again: {}\n", names(report.back, words));
  return out;
}

} // namespace

std::string text(pid_t pid, const ApplyReport &report, Wordiness words) {
  if (words == Wordiness::Quiet)
    return {};
  std::string out = fmt::format("{}: {} {}", pid, report.patch, report.switchedOnAgain ? "applied again" : "applied");
  if (!report.functions.empty())
    out += fmt::format(", {}: {}", counted(report.functions.size(), "function", "functions"),
                       names(report.functions, words));
  out += "\n" + replacedLines(report, words);
  for (const ChangedData &data : report.data)
    if (data.written)
      out += fmt::format("  {} written\n", data.name);
  for (const std::string &note : report.notes)
    out += fmt::format("  note: {}\n", note);
  if (words == Wordiness::Verbose)
    out += fmt::format("  consistency: {}\n", consistencyName(report.consistency)) + stopLines(report.stops);
  return out;
}

std::string text(pid_t pid, const RevertReport &report, Wordiness words) {
  if (words == Wordiness::Quiet)
    return {};
  std::string out = fmt::format("{}: {} reverted", pid, report.patch);
  if (!report.restored.empty())
    out += fmt::format(", {}: {}", counted(report.restored.size(), "function", "functions"),
                       names(report.restored, words));
  out += "\n";
  if (!report.covered.empty())
    out += fmt::format("  a newer patch goes on governing {}\n", names(report.covered, words));
  for (const std::string &name : report.kept)
    out += fmt::format("  {} keeps its value: the program has changed it since\n", name);
  if (report.memory && report.memory->given)
    out += "  its memory was given back\n";
  else if (report.memory)
    out += fmt::format("  its memory was kept: {}\n", readableNames(report.memory->why));
  else if (words == Wordiness::Verbose)
    out += "  its memory stays for the next time (--give-back takes it out)\n";
  if (words == Wordiness::Verbose)
    out += stopLines(report.stops);
  if (words == Wordiness::Verbose && report.memory && report.memory->stopped.count() > 0)
    out += fmt::format("  the process stood still for {} while its memory was searched\n",
                       durationText(report.memory->stopped));
  return out;
}

std::string text(pid_t pid, const CheckReport &report, Wordiness words) {
  if (words == Wordiness::Quiet)
    return {};
  std::string out = fmt::format("{}: {} would {}", pid, report.would.patch,
                                report.would.switchedOnAgain ? "be switched on again" : "apply");
  if (!report.would.functions.empty())
    out += fmt::format(", {}: {}", counted(report.would.functions.size(), "function", "functions"),
                       names(report.would.functions, words));
  out += fmt::format(", consistency {}\n", consistencyName(report.would.consistency));
  out += replacedLines(report.would, words);
  for (const std::string &note : report.would.notes)
    out += fmt::format("  note: {}\n", note);
  for (const std::string &who : report.busy)
    out += fmt::format("  at this moment it would have to wait: {}\n", readableNames(who));
  return out;
}

std::string text(const std::vector<FunctionSymbol> &symbols) {
  // Documented by perf itself (tools/perf/Documentation/jit-interface.txt): START SIZE name, numbers in hex.
  std::string out;
  for (const FunctionSymbol &symbol : symbols)
    out += fmt::format("{:x} {:x} {} [{}]\n", symbol.at.value, symbol.size, readableNames(symbol.name), symbol.patch);
  return out;
}

std::string text(const ProcessReport &report, Wordiness words) {
  std::string out = fmt::format("{} {}\n", report.pid, report.command);
  for (const InstalledPatch &patch : report.patches) {
    out += fmt::format("  {} {}, {}: {}\n", patch.name, statusName(patch.status),
                       counted(patch.functions.size(), "function", "functions"), names(patch.functions, words));
    if (words != Wordiness::Verbose)
      continue;
    out += fmt::format("    identity {}\n", patch.identity);
    for (const ChangedData &data : patch.data)
      out += fmt::format("    {} {}\n", data.name, data.written ? "written" : "not written");
  }
  for (const ForeignPatch &patch : report.foreign)
    out += fmt::format("  {} {}, by a livepatch of another version (format {}): only that one can change it\n",
                       patch.name.empty() ? "a patch whose name cannot be read" : patch.name,
                       patch.active ? "applied" : "not applied", patch.format);
  for (const OldCodeUser &user : report.oldCodeUsers)
    out += fmt::format("  thread {} ({}) is still in {}{}\n", user.thread, printable(user.threadName, LineEnds::Shown),
                       user.patch.empty() ? "the program's own " : "an older ",
                       readableNames(user.function) + (user.patch.empty() ? "" : " of " + user.patch));
  return out;
}

} // namespace livepatch

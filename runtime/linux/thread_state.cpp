#include "runtime/linux/thread_state.h"

#include "runtime/linux/proc_file.h"

#include <charconv>
#include <csignal>
#include <fmt/format.h>

namespace livepatch {
namespace {

std::uint64_t signalSet(const std::string &status, const char *key) {
  std::string digits = statusField(status, key);
  std::uint64_t set = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), set, 16);
  return set;
}

std::uint64_t bit(int signal) {
  return std::uint64_t{1} << (signal - 1);
}

// signal(7): ignored by the program, or by default where the program has no handler.
std::uint64_t ignored(const std::string &status) {
  std::uint64_t byDefault = bit(SIGCHLD) | bit(SIGURG) | bit(SIGWINCH) | bit(SIGCONT);
  return signalSet(status, "SigIgn") | (byDefault & ~signalSet(status, "SigCgt"));
}

} // namespace

std::optional<ThreadState> threadState(pid_t pid, pid_t tid) {
  auto stat = readProcFile(fmt::format("/proc/{}/task/{}/stat", pid, tid));
  if (!stat)
    return std::nullopt;
  // The command name stands in brackets and may itself hold brackets and blanks: count from the last one.
  std::size_t bracket = stat->rfind(')');
  if (bracket == std::string::npos || bracket + 2 >= stat->size())
    return std::nullopt;
  switch ((*stat)[bracket + 2]) {
  case 'R':
    return ThreadState::Running;
  case 'D':
    return ThreadState::Uninterruptible;
  case 'T':
    return ThreadState::Stopped;
  case 't':
    return ThreadState::Traced;
  case 'Z':
  case 'X':
    return ThreadState::Ended;
  default:
    return ThreadState::Sleeping;
  }
}

std::uint64_t noticeableSignals(pid_t tid) {
  auto status = readProcFile(fmt::format("/proc/{}/status", tid));
  if (!status)
    return 0;
  std::uint64_t pending = signalSet(*status, "SigPnd") | signalSet(*status, "ShdPnd");
  return pending & ~signalSet(*status, "SigBlk") & ~ignored(*status);
}

bool isNoticeable(pid_t tid, int signal) {
  auto status = readProcFile(fmt::format("/proc/{}/status", tid));
  return status && !(ignored(*status) & bit(signal));
}

} // namespace livepatch

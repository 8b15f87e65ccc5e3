#include "runtime/linux/thread_state.h"

#include "runtime/linux/proc_file.h"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <fmt/format.h>

namespace livepatch {
namespace {

std::uint64_t bit(int signal) {
  return std::uint64_t{1} << (signal - 1);
}

// signal(7): ignored by the program, or by default where the program has no handler.
std::uint64_t ignored(const std::string &status) {
  std::uint64_t byDefault = bit(SIGCHLD) | bit(SIGURG) | bit(SIGWINCH) | bit(SIGCONT);
  return statusBits(status, "SigIgn") | (byDefault & ~statusBits(status, "SigCgt"));
}

// PF_IO_WORKER and PF_USER_WORKER in include/linux/sched.h. Older kernels had other uses for these bits, so the name
// that the kernel gives such threads has to agree.
bool isKernelWorker(std::string_view name, std::string_view behindState) {
  constexpr unsigned long workerFlags = 0x4010;
  if (!name.starts_with("iou-") && !name.starts_with("vhost-"))
    return false;
  for (int skipped = 0; skipped < 5; ++skipped) // parent, group, session, terminal, its group; then the flags (proc(5))
    behindState.remove_prefix(std::min(behindState.find(' ', 1), behindState.size()));
  unsigned long flags = 0;
  behindState.remove_prefix(std::min<std::size_t>(1, behindState.size()));
  std::from_chars(behindState.data(), behindState.data() + behindState.size(), flags);
  return (flags & workerFlags) != 0;
}

} // namespace

std::optional<ThreadState> threadState(pid_t pid, pid_t tid) {
  const auto stat = readProcFile(fmt::format("/proc/{}/task/{}/stat", pid, tid));
  return stat ? threadStateIn(*stat) : std::nullopt;
}

std::optional<ThreadState> threadStateIn(std::string_view text) {
  // The command name stands in brackets and may itself hold brackets and blanks: count from the last one.
  std::size_t bracket = text.rfind(')');
  if (bracket == std::string::npos || bracket + 2 >= text.size())
    return std::nullopt;
  const std::size_t name = text.find('(') + 1;
  const char letter = text[bracket + 2];
  if (letter != 'Z' && letter != 'X' && isKernelWorker(text.substr(name, bracket - name), text.substr(bracket + 3)))
    return ThreadState::KernelWorker;
  switch (letter) {
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
  std::uint64_t pending = statusBits(*status, "SigPnd") | statusBits(*status, "ShdPnd");
  return pending & ~statusBits(*status, "SigBlk") & ~ignored(*status);
}

bool isNoticeable(pid_t tid, int signal) {
  auto status = readProcFile(fmt::format("/proc/{}/status", tid));
  return status && !(ignored(*status) & bit(signal));
}

} // namespace livepatch

#include "runtime/linux/target_process.h"

#include "runtime/linux/proc_file.h"
#include "runtime/linux/thread_state.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <poll.h>
#include <sstream>
#include <sys/syscall.h>

namespace livepatch {
namespace {

Error noSuchProcess(pid_t pid) {
  return error(Fault::Gone, fmt::format("cannot open process {}: there is no such process", pid));
}

bool isLive(pid_t pid, pid_t tid) {
  auto state = threadState(pid, tid);
  return state && !hasEnded(*state);
}

// A thread that still has its memory (zombies gave theirs back): the main one, as long as it is there.
pid_t firstLiveThread(pid_t pid) {
  if (isLive(pid, pid))
    return pid;
  for (pid_t tid : numericEntries(fmt::format("/proc/{}/task", pid)))
    if (isLive(pid, tid))
      return tid;
  return 0;
}

bool isKernelThread(pid_t tid) {
  constexpr unsigned kernelThread = 0x00200000; // PF_KTHREAD in include/linux/sched.h
  auto stat = readProcFile(fmt::format("/proc/{}/stat", tid));
  if (!stat || stat->rfind(')') == std::string::npos)
    return false;
  // Behind the name in brackets: state, five numbers, flags (proc(5)).
  std::istringstream fields(stat->substr(stat->rfind(')') + 1));
  std::string state;
  long skipped = 0;
  unsigned flags = 0;
  fields >> state;
  for (int i = 0; i < 5; ++i)
    fields >> skipped;
  fields >> flags;
  return (flags & kernelThread) != 0;
}

} // namespace

Result<TargetProcess> TargetProcess::open(pid_t pid) {
  if (pid <= 0)
    return error(Fault::Usage, fmt::format("{} is not a process id", pid));
  auto status = readProcFile(fmt::format("/proc/{}/status", pid));
  if (!status)
    return noSuchProcess(pid);
  std::string command = statusField(*status, "Name");
  if (std::string leader = statusField(*status, "Tgid"); leader != std::to_string(pid))
    return error(Fault::Usage, fmt::format("{} is a thread of process {}, not a process", pid, leader),
                 fmt::format("give --pid {}", leader));

  // pidfd_open(2) takes thread-group leaders only, which was just made sure of.
  FileDescriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd.valid() && errno == ESRCH)
    return noSuchProcess(pid);
  if (!pidfd.valid())
    return error(Fault::Io, fmt::format("cannot open process {} ({}): {}", pid, command, std::strerror(errno)));

  pid_t viewTid = firstLiveThread(pid);
  if (viewTid == 0)
    return error(Fault::Gone,
                 fmt::format("process {} ({}) has ended and only waits for its parent (a zombie)", pid, command));
  if (isKernelThread(viewTid))
    return error(Fault::Refused,
                 fmt::format("process {} ({}) is a kernel thread: it has no program to patch", pid, command));
  return TargetProcess(pid, viewTid, std::move(pidfd), std::move(command));
}

bool TargetProcess::alive() const {
  pollfd ended{pidfd_.get(), POLLIN, 0}; // pidfd_open(2): readable once the process has ended
  return ::poll(&ended, 1, 0) == 0;
}

pid_t TargetProcess::viewTid() const {
  if (!isLive(pid_, viewTid_))
    if (pid_t other = firstLiveThread(pid_))
      viewTid_ = other;
  return viewTid_;
}

std::string TargetProcess::procPath(const std::string &name) const {
  // /proc/TID/ exists for every thread although only leaders are listed (proc(5)).
  return fmt::format("/proc/{}/{}", viewTid(), name);
}

Error TargetProcess::gone() const {
  return error(Fault::Gone, fmt::format("process {} has exited or replaced itself meanwhile", describe()));
}

Result<std::string> TargetProcess::mapsText() const {
  // The thread looked at may end between two steps: then another one shows the same.
  std::optional<std::string> text;
  int cause = 0;
  for (int tries = 0; tries < 10 && alive(); ++tries) {
    text = readProcFile(procPath("maps"));
    if (text && !text->empty())
      return *text;
    cause = errno;
    if (!text && (cause == EACCES || cause == EPERM))
      break;
  }
  if (!alive() || (text && text->empty()))
    return gone();
  if (cause == EACCES || cause == EPERM)
    return error(Fault::Permission, fmt::format("cannot read the mappings of {}: not permitted", describe()),
                 "run as root or as the user of the target");
  return error(Fault::Io, fmt::format("cannot read the mappings of {}: {}", describe(), std::strerror(cause)));
}

Result<std::string> TargetProcess::statusText() const {
  auto text = readProcFile(procPath("status"));
  if (!text)
    return gone();
  return *text;
}

Result<std::string> TargetProcess::auxv() const {
  auto bytes = readProcFile(procPath("auxv"));
  if (bytes && !bytes->empty())
    return *bytes;
  int cause = errno;
  if (!alive() || bytes)
    return gone();
  return error(Fault::Permission, fmt::format("cannot read {}: {}", procPath("auxv"), std::strerror(cause)));
}

std::string TargetProcess::executableName() const {
  return readProcLink(procPath("exe")).value_or(command_);
}

std::string TargetProcess::reachablePath(const std::string &path) const {
  return procPath("root") + path;
}

std::vector<pid_t> TargetProcess::threadIds() const {
  return numericEntries(fmt::format("/proc/{}/task", pid_));
}

std::string TargetProcess::describe() const {
  return fmt::format("{} ({})", pid_, command_);
}

std::vector<pid_t> visibleProcesses() {
  std::vector<pid_t> found;
  for (pid_t pid : numericEntries("/proc")) {
    auto status = readProcFile(fmt::format("/proc/{}/status", pid));
    if (pid != ::getpid() && status && !statusField(*status, "VmSize").empty())
      found.push_back(pid);
  }
  return found;
}

} // namespace livepatch

#include "runtime/linux/stop_wait.h"

#include "runtime/linux/thread_state.h"

#include <algorithm>
#include <cerrno>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

namespace livepatch {
namespace {

constexpr auto longestNap = std::chrono::milliseconds(1);

sigset_t childSignal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  return set;
}

} // namespace

StopWait::StopWait() {
  sigset_t child = childSignal();
  pthread_sigmask(SIG_BLOCK, &child, &before_);
}

StopWait::~StopWait() {
  // The program around this library may have children of its own: it looks after them when it gets a SIGCHLD, and one
  // more than necessary does not hurt it. Raised while still blocked, so it is delivered when the mask goes back.
  if (consumed_)
    ::kill(::getpid(), SIGCHLD);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

StopWait::Outcome StopWait::waitFor(pid_t pid, pid_t tid, Clock::time_point limit, int &status) {
  sigset_t child = childSignal();
  for (;;) {
    pid_t got = ::waitpid(tid, &status, __WALL | WNOHANG);
    if (got == tid)
      return WIFSTOPPED(status) ? Outcome::Stopped : Outcome::Ended;
    // ECHILD: the thread left when another one called execve, which is never reported (ptrace(2), "execve under
    // ptrace").
    if (got < 0 && errno != EINTR)
      return Outcome::Ended;
    auto now = Clock::now();
    if (now >= limit)
      return Outcome::TimedOut;
    auto nap = std::min<std::chrono::nanoseconds>(longestNap, limit - now);
    timespec span{0, nap.count()};
    siginfo_t info;
    if (::sigtimedwait(&child, &info, &span) == SIGCHLD) {
      if (info.si_pid != tid && info.si_code != CLD_TRAPPED)
        consumed_ = true;
      continue;
    }
    // A main thread that leaves with pthread_exit is reported only after all others: look at its state instead.
    if (auto state = threadState(pid, tid); !state || hasEnded(*state)) {
      if (::waitpid(tid, &status, __WALL | WNOHANG) == tid && WIFSTOPPED(status))
        return Outcome::Stopped;
      return Outcome::Ended;
    }
  }
}

} // namespace livepatch

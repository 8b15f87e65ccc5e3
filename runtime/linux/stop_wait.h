// Waiting for traced threads with a time limit, without a signal handler and without spinning.
#pragma once

#include <chrono>
#include <csignal>
#include <sys/types.h>

namespace livepatch {

using Clock = std::chrono::steady_clock;

// While it exists, the calling thread has SIGCHLD blocked and can sleep until one arrives: the kernel sends it at each
// stop of a traced thread (ptrace(2)). In a program that ignores SIGCHLD, or whose other threads take it, the wait
// degrades to looking every millisecond. Signals of children that are not ours are raised again at the end.
class StopWait {
public:
  StopWait();
  ~StopWait();
  StopWait(const StopWait &) = delete;
  StopWait &operator=(const StopWait &) = delete;

  enum class Outcome { Stopped, Ended, TimedOut };
  // The thread's next wait status goes to `status` (Stopped only).
  [[nodiscard]] Outcome waitFor(pid_t pid, pid_t tid, Clock::time_point limit, int &status);

private:
  sigset_t before_{};
  bool consumed_ = false;
};

} // namespace livepatch

// A child process for the tests to look at: a fork of the test itself, so that functions and variables have the same
// addresses.
#pragma once

#include <csignal>
#include <functional>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace livepatch {

class ForkedTarget {
public:
  // `body` runs in the child; when it returns, the child sleeps until it is killed.
  explicit ForkedTarget(const std::function<void()> &body) {
    int ready[2];
    if (::pipe(ready) != 0)
      return;
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ready_ = ready[1];
      body();
      for (;;)
        ::pause();
    }
    char c;
    ::close(ready[1]);
    [[maybe_unused]] ssize_t got = ::read(ready[0], &c, 1); // until the child says ready() or ends
    ::close(ready[0]);
  }
  ~ForkedTarget() { end(); }
  ForkedTarget(const ForkedTarget &) = delete;
  ForkedTarget &operator=(const ForkedTarget &) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  // Called by the body when it has come to what the test looks at.
  static void ready() { [[maybe_unused]] ssize_t put = ::write(ready_, "r", 1); }

  // Waits for the child's own end. -1: it was killed by a signal.
  int exitCode() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  void end() {
    if (pid_ <= 0)
      return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

private:
  pid_t pid_ = 0;
  static inline int ready_ = -1;
};

} // namespace livepatch

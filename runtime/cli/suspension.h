// Ctrl-Z must not suspend a tool that holds threads of a server: they would stand until `fg`.
#pragma once

#include <csignal>

namespace livepatch {

// For this thread and those that it starts: SIGTSTP and its like wait until the tool ends. Ctrl-C ends it as ever, and
// with it everything that it holds.
inline void refuseSuspension() {
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGTSTP, SIGTTIN, SIGTTOU})
    sigaddset(&set, number);
  sigprocmask(SIG_BLOCK, &set, nullptr);
}

} // namespace livepatch

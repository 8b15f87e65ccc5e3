// Keeps the calling thread from being preempted while others stand still because of it.
#pragma once

#include <sched.h>

namespace livepatch {

// On a busy machine a tool that has just stopped a process may lose its processor for many milliseconds. Within this
// section it runs before all ordinary threads, where it may (CAP_SYS_NICE, RLIMIT_RTPRIO); elsewhere nothing changes.
// The section must be short, and what it waits for must come from an ordinary thread's stop, for which this one sleeps.
class UrgentSection {
public:
  UrgentSection() {
    sched_param urgent{};
    urgent.sched_priority = ::sched_get_priority_min(SCHED_FIFO);
    policy_ = ::sched_getscheduler(0);
    active_ = policy_ == SCHED_OTHER && ::sched_getparam(0, &before_) == 0 &&
              ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &urgent) == 0;
  }
  ~UrgentSection() {
    if (active_)
      ::sched_setscheduler(0, policy_, &before_);
  }
  UrgentSection(const UrgentSection &) = delete;
  UrgentSection &operator=(const UrgentSection &) = delete;

private:
  int policy_ = SCHED_OTHER;
  sched_param before_{};
  bool active_ = false;
};

} // namespace livepatch

// All threads of a process stopped at one moment, briefly.
//
// Threads are seized first, which stops nobody. Then the sleeping ones are stopped, whom it costs nothing, and looked
// at while the others run on; the running ones come last and go on first, so that their stop is as short as the look at
// their own stacks. Threads that were born meanwhile are found by the kernel's count of threads. A stop that lasts
// longer than it may is given up. Whatever happens, the destructor lets everybody go on.
//
// Threads to whom signals of the process are addressed (the main one, and those that have children) are seized last and
// go on first: as long as the one addressed is traced, even a signal that the process ignores is queued
// (sig_task_ignored() in kernel/signal.c), and would wake a thread that is not in our hands, with an EINTR that nobody
// can explain.
#pragma once

#include "runtime/core/result.h"
#include "runtime/linux/seized_thread.h"
#include "runtime/linux/target_process.h"
#include "runtime/linux/thread_state.h"

#include <optional>
#include <span>
#include <vector>

namespace livepatch {

class ThreadStop {
public:
  // `limit`: how long all may stand, for up to 128 threads; for more, in proportion. 0: as long as it takes to know
  // that a thread does not stop at all.
  [[nodiscard]] static Result<ThreadStop> seize(const TargetProcess &target, Clock::duration limit = {});
  ThreadStop(ThreadStop &&) = default;
  ThreadStop &operator=(ThreadStop &&) = delete;
  ~ThreadStop() { resumeAll(); }

  // Fault::Busy: it was not done within the limit, or names the thread that does not stop.
  [[nodiscard]] Result<void> stopSleepers();
  // Also stops the threads that appeared since; afterwards no thread of the process runs.
  [[nodiscard]] Result<void> stopTheRest();

  // When the stop has to end: what takes long while threads stand has to look at the clock.
  [[nodiscard]] Clock::time_point end() const { return end_; }
  [[nodiscard]] Error tooLong() const;

  // The stopped sleepers; the stopped others (after stopTheRest).
  [[nodiscard]] std::span<const SeizedThread> sleepers() const { return sleepers_; }
  [[nodiscard]] std::span<const SeizedThread> others() const { return runners_; }
  // Some stopped thread, for writing protected memory through it; 0 where none is left.
  [[nodiscard]] pid_t anyStopped() const;

  // Takes the first thread out for which `fits` is true; it is the caller's from then on.
  template <typename Fits>
  [[nodiscard]] std::optional<SeizedThread> take(Fits fits) {
    for (std::vector<SeizedThread> *group : {&sleepers_, &runners_})
      for (auto it = group->begin(); it != group->end(); ++it)
        if (fits(*it)) {
          SeizedThread taken = std::move(*it);
          group->erase(it);
          return taken;
        }
    return std::nullopt;
  }

  // Running threads first.
  void resumeAll();

  // How long the stop has lasted, once resumed: for those that were running and for the sleepers.
  [[nodiscard]] Clock::duration stopOfRunning() const { return runnersResumed_ - runnersStopped_; }
  [[nodiscard]] Clock::duration stopOfSleeping() const { return allResumed_ - sleepersStopped_; }

private:
  explicit ThreadStop(const TargetProcess &target) : target_(&target) {}
  [[nodiscard]] Result<void> seizeInto(std::vector<SeizedThread> &group, pid_t tid);
  [[nodiscard]] Result<void> stopAndCollect(std::vector<SeizedThread> &group, std::size_t from);
  [[nodiscard]] bool someUnknown() const;
  [[nodiscard]] Result<std::size_t> seizeNewcomers();

  const TargetProcess *target_;
  std::vector<SeizedThread> sleepers_, runners_;
  Clock::duration limit_{};
  Clock::time_point end_ = Clock::time_point::max();
  std::vector<pid_t> addressed_;  // by signals of the process, see above; empty where there are no others
  std::size_t kernelWorkers_ = 0; // left alone; counted, because the kernel counts them too
  bool someRun_ = false;          // who must not feel that others are woken
  std::vector<pid_t> running_;    // not seized yet: where a sleeper is in the way, these are never touched
  Clock::time_point sleepersStopped_{}, runnersStopped_{}, runnersResumed_{}, allResumed_{};
};

} // namespace livepatch

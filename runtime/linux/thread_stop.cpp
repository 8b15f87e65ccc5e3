#include "runtime/linux/thread_stop.h"

#include "runtime/linux/attach_refusal.h"
#include "runtime/linux/proc_file.h"
#include "runtime/linux/thread_state.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <sys/stat.h>
#include <thread>

namespace livepatch {
namespace {

// How long one stop may last before it is rolled back. A thread in uninterruptible sleep (NFS, a dying disk) may take
// for ever.
constexpr auto baseLimit = std::chrono::milliseconds(100);
constexpr auto limitForEachThread = std::chrono::milliseconds(1);
constexpr std::int64_t threadsOfLimit = 128;
constexpr auto limitForAddressed = std::chrono::milliseconds(100);
constexpr int mostRounds = 1000; // of looking for newborn threads
// A thread that is asked to stop, or let go, is woken for some microseconds, and the scheduler prefers it to one that
// runs already. A thousand at once would keep that one from its processor for a millisecond, as if it were stopped.
constexpr std::size_t wokenAtOnce = 8;
constexpr auto pauseForWoken = std::chrono::microseconds(30);

// A child's end is told to the thread that made it (proc(5): the file is there with CONFIG_PROC_CHILDREN).
bool hasChildren(pid_t pid, pid_t tid) {
  auto children = readProcFile(fmt::format("/proc/{}/task/{}/children", pid, tid));
  return children && !children->empty();
}

} // namespace

Result<void> ThreadStop::seizeInto(std::vector<SeizedThread> &group, pid_t tid) {
  LP_TRY_ASSIGN(std::optional<SeizedThread> thread, SeizedThread::seize(*target_, tid));
  if (thread)
    group.push_back(std::move(*thread));
  return {};
}

Result<ThreadStop> ThreadStop::seize(const TargetProcess &target, Clock::duration limit) {
  SeizedThread::giveBackLate();
  ThreadStop stop(target);
  stop.limit_ = limit;
  for (pid_t tid : target.threadIds()) {
    auto state = threadState(target.pid(), tid);
    if (!state || hasEnded(*state))
      continue;
    if (*state == ThreadState::KernelWorker) {
      ++stop.kernelWorkers_;
      continue;
    }
    if (std::optional<Error> held = *state == ThreadState::Traced ? tracedRefusal(target, tid) : std::nullopt)
      return *std::move(held);
    stop.someRun_ = stop.someRun_ || *state == ThreadState::Running;
    if (tid == target.pid() || hasChildren(target.pid(), tid))
      stop.addressed_.push_back(tid);
    else if (*state == ThreadState::Running)
      stop.running_.push_back(tid);
    else
      LP_TRY(stop.seizeInto(stop.sleepers_, tid));
  }
  if (stop.sleepers_.empty() && stop.running_.empty() && stop.addressed_.empty())
    return target.gone();
  // Alone they may be stopped like any other.
  if (stop.sleepers_.empty() && stop.running_.empty())
    stop.running_.swap(stop.addressed_);
  return stop;
}

Result<void> ThreadStop::stopAndCollect(std::vector<SeizedThread> &group, std::size_t from) {
  const auto patience =
      std::min(end_, Clock::now() + baseLimit + limitForEachThread * static_cast<std::int64_t>(group.size()));
  StopWait wait;
  // Those that run are stopped by this themselves: in one go, so that none waits for another.
  const std::size_t atOnce = someRun_ && &group == &sleepers_ ? wokenAtOnce : group.size();
  for (std::size_t i = from, asked = from; i < group.size(); ++i) {
    for (; asked < group.size() && asked < i + atOnce && (i - from) % atOnce == 0; ++asked)
      group[asked].interrupt();
    if (group[i].waitStopped(wait, patience))
      continue;
    if (threadState(target_->pid(), group[i].tid()) != ThreadState::Uninterruptible) {
      // It lacks a processor, and gets one in the end: as long as the caller said.
      if (limit_ > Clock::duration::zero() && group[i].waitStopped(wait, end_))
        continue;
      return tooLong();
    }
    return sleepRefusal(*target_, group[i].tid());
  }
  group.erase(std::remove_if(group.begin(), group.end(), [](const SeizedThread &t) { return t.ended(); }), group.end());
  return {};
}

Error ThreadStop::tooLong() const {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  return error(Fault::Busy,
               fmt::format("the threads of process {} could not all be stopped and looked at within {} ms: all went on",
                           target_->describe(), duration_cast<milliseconds>(Clock::now() - sleepersStopped_).count()),
               "the machine is busy: try again, give a longer --stop-limit, or use --consistency function");
}

Result<void> ThreadStop::stopSleepers() {
  sleepersStopped_ = Clock::now();
  const auto threads = static_cast<std::int64_t>(sleepers_.size() + running_.size());
  if (limit_ > Clock::duration::zero())
    end_ = sleepersStopped_ + std::max(limit_, limit_ * threads / threadsOfLimit);
  return stopAndCollect(sleepers_, 0);
}

bool ThreadStop::someUnknown() const {
  // The link count of /proc/PID/task is the number of threads plus two (proc_task_getattr in fs/proc/base.c): one call
  // instead of a listing, which would take longer than the whole stop at a thousand threads.
  struct stat folder {};
  if (::stat(fmt::format("/proc/{}/task", target_->pid()).c_str(), &folder) != 0)
    return false;
  return folder.st_nlink != sleepers_.size() + runners_.size() + kernelWorkers_ + 2;
}

Result<std::size_t> ThreadStop::seizeNewcomers() {
  std::set<pid_t> known;
  for (const SeizedThread &thread : sleepers_)
    known.insert(thread.tid());
  for (const SeizedThread &thread : runners_)
    known.insert(thread.tid());
  std::size_t added = 0;
  for (pid_t tid : target_->threadIds()) {
    if (known.count(tid))
      continue;
    auto state = threadState(target_->pid(), tid);
    if (!state || hasEnded(*state) || *state == ThreadState::KernelWorker)
      continue;
    const std::size_t before = runners_.size();
    LP_TRY(seizeInto(runners_, tid));
    added += runners_.size() - before;
  }
  return added;
}

Result<void> ThreadStop::stopTheRest() {
  for (pid_t tid : running_)
    LP_TRY(seizeInto(runners_, tid));
  running_.clear();
  runnersStopped_ = Clock::now();
  for (SeizedThread &thread : runners_)
    thread.interrupt();
  for (pid_t tid : addressed_)
    LP_TRY(seizeInto(runners_, tid));
  LP_TRY(stopAndCollect(runners_, 0));
  for (int round = 0; someUnknown(); ++round) {
    if (round == mostRounds)
      return error(Fault::Busy,
                   fmt::format("process {} makes threads faster than they can be stopped", target_->describe()),
                   "try again");
    std::size_t before = runners_.size();
    if (Clock::now() > end_)
      return tooLong();
    LP_TRY_ASSIGN(std::size_t added, seizeNewcomers());
    if (added == 0)
      break; // the count includes threads that have ended and were not collected yet
    LP_TRY(stopAndCollect(runners_, before));
  }
  if (sleepers_.empty() && runners_.empty())
    return target_->gone();
  return {};
}

pid_t ThreadStop::anyStopped() const {
  for (const std::vector<SeizedThread> *group : {&sleepers_, &runners_})
    for (const SeizedThread &thread : *group)
      if (thread.stopped())
        return thread.tid();
  return 0;
}

void ThreadStop::resumeAll() {
  if (allResumed_ != Clock::time_point{})
    return;
  // A stop that is given up has threads that were asked to stop and have not yet: nobody stands to wait for those.
  // (Some have by now, and only nobody has looked.)
  StopWait wait;
  for (std::vector<SeizedThread> *group : {&runners_, &sleepers_}) {
    for (SeizedThread &thread : *group)
      (void)thread.waitStopped(wait, {});
    std::stable_partition(group->begin(), group->end(), [](const SeizedThread &thread) { return thread.stopped(); });
  }
  std::vector<SeizedThread> late;
  for (std::vector<SeizedThread> *group : {&runners_, &sleepers_}) {
    const auto unstopped =
        std::find_if(group->begin(), group->end(), [](const SeizedThread &t) { return !t.stopped(); });
    late.insert(late.end(), std::make_move_iterator(unstopped), std::make_move_iterator(group->end()));
    group->erase(unstopped, group->end());
  }
  // The threads addressed by signals first, even if that is to wait a little for one of them: see the header.
  const auto isAddressed = [&](const SeizedThread &thread) {
    return std::find(addressed_.begin(), addressed_.end(), thread.tid()) != addressed_.end();
  };
  for (SeizedThread &thread : runners_)
    if (isAddressed(thread))
      thread.release();
  const auto rest = std::stable_partition(late.begin(), late.end(), isAddressed);
  SeizedThread::releaseAll({late.begin(), rest}, Clock::now() + limitForAddressed);
  for (auto it = runners_.rbegin(); it != runners_.rend(); ++it)
    it->release();
  runnersResumed_ = Clock::now();
  for (std::size_t i = 0; i < sleepers_.size(); ++i) {
    if (someRun_ && i != 0 && i % wokenAtOnce == 0)
      std::this_thread::sleep_for(pauseForWoken);
    sleepers_[i].release();
  }
  SeizedThread::releaseAll(late, Clock::time_point::max());
  allResumed_ = Clock::now();
  if (runnersStopped_ == Clock::time_point{})
    runnersStopped_ = runnersResumed_; // they never were
  if (sleepersStopped_ == Clock::time_point{})
    sleepersStopped_ = allResumed_;
  runners_.clear();
  sleepers_.clear();
}

} // namespace livepatch

#include "runtime/linux/seized_thread.h"

#include "runtime/arch/x86_64/registers.h"
#include "runtime/linux/attach_refusal.h"
#include "runtime/linux/thread_state.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <thread>
#include <vector>

namespace livepatch {
namespace {

// How long giving back threads may take that were seized but never stopped.
constexpr auto busyReleaseLimit = std::chrono::seconds(3);
constexpr auto pauseBetweenLooks = std::chrono::microseconds(100);
constexpr auto secondStopLimit = std::chrono::milliseconds(5);

// Threads that did not come out of uninterruptible sleep while they were to be given back. The request to stop is still
// due to them: without this they would then stand until the tool ends. A tracer is one thread of the tool.
struct Late {
  pid_t pid, tid;
};
thread_local std::vector<Late> late;

} // namespace

void SeizedThread::giveBackLate(Clock::time_point limit) {
  for (;;) {
    std::erase_if(late, [](const Late &one) {
      SeizedThread thread(one.pid, one.tid, {});
      thread.phase_ = Phase::Asked;
      StopWait wait;
      const bool settled = thread.waitStopped(wait, {});
      thread.detach();
      return settled;
    });
    if (late.empty() || Clock::now() >= limit)
      return;
    std::this_thread::sleep_for(pauseBetweenLooks);
  }
}

Result<std::optional<SeizedThread>> SeizedThread::seize(const TargetProcess &target, pid_t tid) {
  // PTRACE_O_TRACESYSGOOD tells a stop at a system call from a SIGTRAP of the program's own.
  if (::ptrace(PTRACE_SEIZE, tid, nullptr, PTRACE_O_TRACESYSGOOD) == 0)
    return std::optional<SeizedThread>(SeizedThread(target.pid(), tid, target.describe()));
  int cause = errno;
  // A zombie refuses with EPERM as well.
  auto state = threadState(target.pid(), tid);
  if (!state || hasEnded(*state))
    return std::optional<SeizedThread>();
  // We are its tracer: an earlier stop could not give it back.
  if (*state == ThreadState::Uninterruptible &&
      std::any_of(late.begin(), late.end(), [&](const Late &one) { return one.tid == tid; }))
    return sleepRefusal(target, tid);
  // By the process alone it cannot be told: another livepatch holds some of its threads.
  if (std::optional<Error> traced = cause == EPERM ? tracedRefusal(target, tid) : std::nullopt)
    return *std::move(traced);
  return accessRefusal(target, fmt::format("attach to thread {} of", tid), cause);
}

SeizedThread::SeizedThread(SeizedThread &&other) noexcept
    : pid_(other.pid_), tid_(other.tid_), target_(std::move(other.target_)), phase_(other.phase_),
      signal_(other.signal_), registersReplaced_(other.registersReplaced_), groupStopped_(other.groupStopped_),
      registers_(other.registers_) {
  other.phase_ = Phase::Released;
}

SeizedThread &SeizedThread::operator=(SeizedThread &&other) noexcept {
  if (this == &other)
    return *this;
  release();
  pid_ = other.pid_;
  tid_ = other.tid_;
  target_ = std::move(other.target_);
  phase_ = other.phase_;
  signal_ = other.signal_;
  registersReplaced_ = other.registersReplaced_;
  groupStopped_ = other.groupStopped_;
  registers_ = other.registers_;
  other.phase_ = Phase::Released;
  return *this;
}

bool SeizedThread::receivesNoticeableSignal() const {
  return signal_ != 0 && isNoticeable(tid_, signal_);
}

void SeizedThread::interrupt() {
  if (phase_ != Phase::Running)
    return;
  phase_ = ::ptrace(PTRACE_INTERRUPT, tid_, nullptr, nullptr) == 0 ? Phase::Asked : Phase::Ended;
}

void SeizedThread::noteStop(int status) {
  phase_ = Phase::Stopped;
  // ptrace(2): PTRACE_EVENT_STOP is our interrupt or a group stop; a system call border has bit 7 set; anything else is
  // a signal on its way to the program.
  bool event = (status >> 16) != 0, border = WSTOPSIG(status) == (SIGTRAP | 0x80);
  signal_ = event || border ? 0 : WSTOPSIG(status);
  groupStopped_ = event && WSTOPSIG(status) != SIGTRAP;
  if (::ptrace(PTRACE_GETREGS, tid_, nullptr, &registers_) != 0)
    phase_ = Phase::Ended; // killed while stopped
  else if (!border && !registersReplaced_)
    cureInterruption();
}

bool SeizedThread::waitStopped(StopWait &wait, Clock::time_point limit) {
  if (phase_ != Phase::Asked)
    return phase_ != Phase::Running;
  int status = 0;
  switch (wait.waitFor(pid_, tid_, limit, status)) {
  case StopWait::Outcome::Stopped:
    noteStop(status);
    return true;
  case StopWait::Outcome::Ended:
    phase_ = Phase::Ended;
    return true;
  case StopWait::Outcome::TimedOut:
    break;
  }
  return false;
}

Result<void> SeizedThread::setRegisters(const user_regs_struct &registers) {
  if (::ptrace(PTRACE_SETREGS, tid_, nullptr, &registers) == 0)
    return {};
  if (errno == ESRCH) {
    phase_ = Phase::Ended;
    return error(Fault::Gone, fmt::format("thread {} of process {} has ended", tid_, target_));
  }
  return error(Fault::Io, fmt::format("cannot set the registers of thread {} of process {}: {}", tid_, target_,
                                      std::strerror(errno)));
}

Result<bool> SeizedThread::runToSyscallBorder(StopWait &wait, Clock::time_point limit) {
  if (::ptrace(PTRACE_SYSCALL, tid_, nullptr, signal_) != 0) {
    phase_ = Phase::Ended;
    return error(Fault::Gone, fmt::format("thread {} of process {} has ended", tid_, target_));
  }
  phase_ = Phase::Running;
  signal_ = 0;
  int status = 0;
  switch (wait.waitFor(pid_, tid_, limit, status)) {
  case StopWait::Outcome::Stopped:
    noteStop(status);
    return true;
  case StopWait::Outcome::TimedOut:
    return false;
  case StopWait::Outcome::Ended:
    break;
  }
  phase_ = Phase::Ended;
  return error(Fault::Gone, fmt::format("thread {} of process {} has ended", tid_, target_));
}

bool SeizedThread::hasStopped(StopWait &wait) {
  if (phase_ != Phase::Running)
    return phase_ == Phase::Stopped;
  int status = 0;
  switch (wait.waitFor(pid_, tid_, Clock::time_point{}, status)) {
  case StopWait::Outcome::Stopped:
    noteStop(status);
    return phase_ == Phase::Stopped;
  case StopWait::Outcome::Ended:
    phase_ = Phase::Ended;
    break;
  case StopWait::Outcome::TimedOut:
    break;
  }
  return false;
}

void SeizedThread::passSignal() {
  phase_ = ::ptrace(PTRACE_CONT, tid_, nullptr, signal_) == 0 ? Phase::Running : Phase::Ended;
  signal_ = 0;
  registersReplaced_ = groupStopped_ = false;
}

bool SeizedThread::stopOnTheWayOut(StopWait &wait, Clock::time_point limit) {
  // The request to stop is honoured in get_signal() (kernel/signal.c), before any signal is taken from the queue.
  if (::ptrace(PTRACE_INTERRUPT, tid_, nullptr, nullptr) != 0 || ::ptrace(PTRACE_CONT, tid_, nullptr, 0) != 0) {
    phase_ = Phase::Ended;
    return false;
  }
  phase_ = Phase::Asked;
  return waitStopped(wait, limit) && phase_ == Phase::Stopped;
}

void SeizedThread::runOn() {
  if (!groupStopped_)
    return passSignal();
  // Seizing such a thread made it stop, and the request to stop that followed is still due: it stops once more at once.
  StopWait wait;
  int status = 0;
  bool runs = ::ptrace(PTRACE_CONT, tid_, nullptr, 0) == 0;
  if (runs && wait.waitFor(pid_, tid_, Clock::now() + secondStopLimit, status) == StopWait::Outcome::Stopped)
    runs = ::ptrace(PTRACE_CONT, tid_, nullptr, 0) == 0;
  phase_ = runs ? Phase::Running : Phase::Ended;
  registersReplaced_ = groupStopped_ = false; // at its next stop it will be where it was before
}

void SeizedThread::cureInterruption() {
  // At once and not when the thread is given back: then it holds for a tool that is killed in between, too. Whether a
  // signal that the program notices comes first is for the kernel to find out, in the moment in which the thread goes
  // on: then EINTR is the right answer, for a loop may rely on being woken by it.
  auto stopped = std::bit_cast<x86_64::Registers>(registers_);
  x86_64::Registers again = x86_64::restartUnlessSignalled(stopped);
  if (again == stopped)
    return;
  if (::ptrace(PTRACE_SETREGS, tid_, nullptr, &again) == 0) // fails only for a thread that was killed
    registers_ = std::bit_cast<user_regs_struct>(again);
}

void SeizedThread::detach() {
  if (phase_ == Phase::Stopped)
    ::ptrace(PTRACE_DETACH, tid_, nullptr, signal_);
  phase_ = Phase::Released;
}

void SeizedThread::releaseAll(std::span<SeizedThread> threads, Clock::time_point limit) {
  // PTRACE_DETACH wants a stopped thread. One in uninterruptible sleep stays seized, and runs on undisturbed until it
  // wakes; the kernel detaches it when this process ends.
  for (SeizedThread &thread : threads)
    thread.interrupt();
  const auto end = std::min(limit, Clock::now() + busyReleaseLimit);
  StopWait wait;
  for (;;) {
    bool some = false;
    for (SeizedThread &thread : threads) {
      if (thread.phase_ == Phase::Asked && !thread.waitStopped(wait, {})) {
        const auto state = threadState(thread.pid_, thread.tid_);
        if (!state || hasEnded(*state))
          thread.phase_ = Phase::Ended;
        else if (state == ThreadState::Uninterruptible)
          continue;
        else
          some = true;
      }
      if (thread.phase_ != Phase::Asked)
        thread.detach();
    }
    if (!some || Clock::now() > end)
      break;
    std::this_thread::sleep_for(pauseBetweenLooks); // on a busy machine it has to get a processor first
  }
  if (end == limit)
    return; // asked for again, with more time
  for (SeizedThread &thread : threads)
    if (thread.phase_ == Phase::Asked) {
      late.push_back({thread.pid_, thread.tid_});
      thread.phase_ = Phase::Released;
    }
}

} // namespace livepatch

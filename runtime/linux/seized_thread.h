// One thread of the target under ptrace, given back when the object goes.
//
// All calls have to come from the operating-system thread that seized it (ptrace(2)). The destructor lets the thread go
// on as if nothing had been: a signal that was about to be delivered is delivered, a group stop stays one, and a system
// call that would now fail with EINTR only because of the stop is begun again.
#pragma once

#include "runtime/core/result.h"
#include "runtime/linux/stop_wait.h"
#include "runtime/linux/target_process.h"

#include <optional>
#include <span>
#include <sys/user.h>

namespace livepatch {

class SeizedThread {
public:
  // Nothing where the thread has ended meanwhile. Seizing does not stop it.
  [[nodiscard]] static Result<std::optional<SeizedThread>> seize(const TargetProcess &target, pid_t tid);
  SeizedThread(SeizedThread &&other) noexcept;
  SeizedThread &operator=(SeizedThread &&other) noexcept;
  ~SeizedThread() { release(); }

  [[nodiscard]] pid_t tid() const { return tid_; }
  [[nodiscard]] bool stopped() const { return phase_ == Phase::Stopped; }
  [[nodiscard]] bool ended() const { return phase_ == Phase::Ended; }
  // In a signal-delivery stop: its registers must not be changed, the kernel is about to use them.
  [[nodiscard]] bool receivesSignal() const { return signal_ != 0; }
  // One that the program will notice. (Traced, a thread stops for ignored ones as well.)
  [[nodiscard]] bool receivesNoticeableSignal() const;

  // Asks the thread to stop; it does so soon after. Nothing happens where it is stopped or asked already.
  void interrupt();
  // False: it did not stop before `limit` (uninterruptible sleep).
  [[nodiscard]] bool waitStopped(StopWait &wait, Clock::time_point limit);

  // Valid while stopped: read once at the stop.
  [[nodiscard]] const user_regs_struct &registers() const { return registers_; }
  [[nodiscard]] Result<void> setRegisters(const user_regs_struct &registers);

  // Runs the thread to the next system call border or signal. False: not within the limit. A signal is delivered first.
  [[nodiscard]] Result<bool> runToSyscallBorder(StopWait &wait, Clock::time_point limit);

  // Gives back threads that could not be when it was due, and have stopped by now; until `limit` if some have not.
  static void giveBackLate(Clock::time_point limit = {});
  // Gives the thread back now. What it was doing goes on.
  void release() { releaseAll({this, 1}, Clock::time_point::max()); }
  // Gives back those of them that stop before `limit`, in the order in which they do, and that have ended. Whoever is
  // in uninterruptible sleep, or does not get a processor for seconds, stays seized and runs on: see giveBackLate().
  static void releaseAll(std::span<SeizedThread> threads, Clock::time_point limit);
  // Lets the thread run on with the registers that were set. It stays ours, so that signals that come to it are seen.
  void runOn();
  // Of a thread that runs on: whether it has stopped since, for a signal or because the whole process is stopped.
  [[nodiscard]] bool hasStopped(StopWait &wait);
  // Lets a thread that hasStopped() run on, with the signal that was on its way.
  void passSignal();
  // From a stop at a system call's border to one at which the kernel still decides how the thread goes on, without an
  // instruction in between. False: not within the limit.
  [[nodiscard]] bool stopOnTheWayOut(StopWait &wait, Clock::time_point limit);
  // Its registers were replaced on purpose: release() must leave them as they are.
  void keepRegisters() { registersReplaced_ = true; }

private:
  enum class Phase { Running, Asked, Stopped, Ended, Released };
  SeizedThread(pid_t pid, pid_t tid, std::string target) : pid_(pid), tid_(tid), target_(std::move(target)) {}
  void noteStop(int status);
  void detach();
  void cureInterruption();

  pid_t pid_ = 0, tid_ = 0;
  std::string target_;
  Phase phase_ = Phase::Running;
  int signal_ = 0;
  bool registersReplaced_ = false;
  bool groupStopped_ = false; // the whole process is stopped (SIGSTOP)
  user_regs_struct registers_{};
};

} // namespace livepatch

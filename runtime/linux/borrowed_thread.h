// Runs system calls inside the target, on one of its own threads, safe against the death of this tool at any instant.
//
// The stub that makes the call ends with "pop all registers; iretq" over a frame on the thread's own stack, below the
// red zone (arch/x86_64/registers.h). Frame first, then the registers in one ptrace call: before it nothing has changed
// for the thread, after it the thread finds its way back alone. Sleeping threads are preferred: to them the call is an
// interruption that they do not notice, and a thread inside a system call is never in a restartable sequence (rseq(2)).
// One that was running, because no other could be had, goes on with its own work between two calls.
#pragma once

#include "runtime/arch/x86_64/registers.h"
#include "runtime/core/memory_maps.h"
#include "runtime/core/result.h"
#include "runtime/linux/borrowing_log.h"
#include "runtime/linux/seized_thread.h"
#include "runtime/linux/target_memory.h"
#include "runtime/linux/target_process.h"

#include <initializer_list>
#include <vector>

namespace livepatch {

class BorrowedThread {
public:
  // Borrows a suitable thread until the object goes, and notes in `log`, which has to outlive it, for how long.
  // Fault::Busy: none could be had before `limit`, with the reason.
  [[nodiscard]] static Result<BorrowedThread> borrow(const TargetProcess &target, const TargetMemory &memory,
                                                     BorrowingLog &log, Clock::time_point limit);
  // Uses one of the threads that the caller holds stopped; it is released by this object.
  [[nodiscard]] static Result<BorrowedThread> of(SeizedThread thread, const TargetProcess &target,
                                                 const TargetMemory &memory);

  BorrowedThread(BorrowedThread &&) = default;
  BorrowedThread &operator=(BorrowedThread &&) = delete;
  ~BorrowedThread();

  [[nodiscard]] pid_t tid() const { return thread_.tid(); }

  // Makes one system call through the stub at `syscallStub` and returns what the kernel returned (-errno on failure).
  // Afterwards it may be another thread, or none until the next call.
  [[nodiscard]] Result<std::int64_t> syscall(RuntimeAddr syscallStub, long number,
                                             std::initializer_list<std::uint64_t> arguments);

  // Lets the thread run the commit routine and go on from there by itself; returns at once. Nothing else
  // can be asked of it afterwards; the object has to stay until the routine is known to have ended, and until then
  // someone has to ask now and then for noteSignals(). With a gate, the thread has its signals blocked until the
  // routine has ended, and calls of the functions concerned wait for that.
  [[nodiscard]] Result<void> startCommit(RuntimeAddr routine, RuntimeAddr regionHeader, x86_64::AgentCommand command,
                                         x86_64::Gate gate);

  // While the routine runs: a signal that comes before an ungated routine has begun sends the thread back to where it
  // was, and gives it back; nothing was done then, and another thread has to be found (Withdrawn). One that comes later
  // runs its handler in the middle of the routine, and ends the system call that the thread was in as it would have.
  enum class Commit { GoesOn, Withdrawn };
  [[nodiscard]] Result<Commit> noteSignals();

  // Whether a thread in this state can be borrowed, judged by its registers, stack and restartable sequence.
  [[nodiscard]] static bool suitable(const SeizedThread &thread, const TargetMemory &memory,
                                     std::span<const MemoryMapping> maps);

private:
  BorrowedThread(SeizedThread thread, const TargetProcess &target, const TargetMemory &memory, BorrowingLog *log)
      : thread_(std::move(thread)), process_(&target), memory_(&memory), log_(log) {}
  [[nodiscard]] Result<void> pushFrame();
  void goBackToOriginal();
  void giveBack();
  [[nodiscard]] Result<void> haveThread(Clock::time_point limit);
  void leaveStub();

  std::optional<Borrowing> borrowing_; // first, so that it ends last: when the thread runs again
  SeizedThread thread_;
  const TargetProcess *process_;
  const TargetMemory *memory_;
  BorrowingLog *log_;       // none for a thread that the caller held
  bool wasRunning_ = false; // its own work waits for it
  bool givenBack_ = false;
  std::optional<x86_64::Registers> original_; // set once the frame is in place
  std::uint64_t signalMask_ = 0;              // the thread's own
  bool onTheWayOut_ = false;                  // of a call in the stub: it can be sent back to where it was
  std::optional<RuntimeAddr> ungated_;        // the commit routine, if signals may come in its way
};

} // namespace livepatch

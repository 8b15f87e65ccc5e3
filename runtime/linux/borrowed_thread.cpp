#include "runtime/linux/borrowed_thread.h"

#include "runtime/core/region_header.h"
#include "runtime/linux/thread_state.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <sys/ptrace.h>
#include <thread>
#include <utility>

namespace livepatch {
namespace {

// How long a thread may take to stop, twice as long at each round: on a busy machine it needs a processor first.
constexpr auto firstStopLimit = std::chrono::milliseconds(50);
constexpr auto longestStopLimit = std::chrono::milliseconds(1600);
constexpr auto callLimit = std::chrono::seconds(5);
constexpr auto pauseBetweenRounds = std::chrono::milliseconds(2);
constexpr std::uint64_t userCodeSegment64 = 0x33; // __USER_CS in arch/x86/include/asm/segment.h

x86_64::Registers ours(const user_regs_struct &kernel) {
  return std::bit_cast<x86_64::Registers>(kernel);
}
user_regs_struct kernels(const x86_64::Registers &registers) {
  return std::bit_cast<user_regs_struct>(registers);
}

// linux/ptrace.h, which cannot be included beside <sys/ptrace.h>.
constexpr auto getRseqConfiguration = static_cast<decltype(PTRACE_SEIZE)>(0x420f);
struct RseqConfiguration {
  std::uint64_t abiPointer = 0;
  std::uint32_t abiSize = 0, signature = 0, flags = 0, padding = 0;
};

// A thread stopped inside a restartable sequence must not be sent elsewhere: the kernel would forget to abort the
// sequence. struct rseq in linux/rseq.h: rseq_cs is the 8 bytes at offset 8.
bool insideRestartableSequence(pid_t tid, const TargetMemory &memory) {
  RseqConfiguration configuration;
  if (::ptrace(getRseqConfiguration, tid, sizeof configuration, &configuration) < 0)
    return false; // before Linux 5.13
  if (configuration.abiPointer == 0)
    return false;
  auto sequence = memory.readWord({configuration.abiPointer + 8});
  return sequence && *sequence != 0;
}

struct Candidate {
  pid_t tid;
  ThreadState state;
};

// Sleeping threads first, the main thread last among equals: it is the one whose delay a program is likeliest to
// notice.
std::vector<Candidate> candidates(const TargetProcess &target) {
  std::vector<Candidate> found;
  for (pid_t tid : target.threadIds())
    if (auto state = threadState(target.pid(), tid))
      if (*state == ThreadState::Running || *state == ThreadState::Sleeping || *state == ThreadState::Stopped)
        found.push_back({tid, *state});
  auto rank = [&](const Candidate &c) {
    return (c.state == ThreadState::Sleeping ? 0 : 2) + (c.tid == target.pid() ? 1 : 0);
  };
  std::stable_sort(found.begin(), found.end(),
                   [&](const Candidate &a, const Candidate &b) { return rank(a) < rank(b); });
  return found;
}

} // namespace

bool BorrowedThread::suitable(const SeizedThread &thread, const TargetMemory &memory,
                              std::span<const MemoryMapping> maps) {
  if (!thread.stopped() || thread.receivesSignal() || noticeableSignals(thread.tid()) != 0)
    return false;
  const user_regs_struct &registers = thread.registers();
  if (registers.cs != userCodeSegment64)
    return false; // in 32-bit code
  RuntimeAddr frame = x86_64::savedFrameAddress(ours(registers));
  if (!covers(maps, frame, registers.rsp - frame.value, Access::Writable))
    return false;
  return static_cast<std::int64_t>(registers.orig_rax) >= 0 || !insideRestartableSequence(thread.tid(), memory);
}

Result<BorrowedThread> BorrowedThread::borrow(const TargetProcess &target, const TargetMemory &memory,
                                              BorrowingLog &log, Clock::time_point limit) {
  auto stopLimit = firstStopLimit;
  do {
    SeizedThread::giveBackLate();
    LP_TRY_ASSIGN(std::string text, target.mapsText());
    LP_TRY_ASSIGN(std::vector<MemoryMapping> maps, parseMemoryMaps(text));
    for (const Candidate &candidate : candidates(target)) {
      Result<std::optional<SeizedThread>> seized = SeizedThread::seize(target, candidate.tid);
      if (!seized && seized.failure().fault != Fault::Busy)
        return std::move(seized).failure();
      if (!seized || !*seized)
        continue;
      SeizedThread thread = **std::move(seized);
      StopWait wait;
      const bool running = candidate.state == ThreadState::Running;
      Borrowing borrowing(log);
      thread.interrupt();
      if (thread.waitStopped(wait, Clock::now() + stopLimit) && suitable(thread, memory, maps)) {
        BorrowedThread borrowed(std::move(thread), target, memory, &log);
        borrowed.wasRunning_ = running;
        borrowed.borrowing_.emplace(std::move(borrowing));
        return borrowed;
      }
    }
    if (!target.alive() || !memory.exists())
      return target.gone();
    std::this_thread::sleep_for(pauseBetweenRounds);
    stopLimit = std::min(stopLimit * 2, longestStopLimit);
  } while (Clock::now() < limit);
  return error(
      Fault::Busy,
      fmt::format("no thread of process {} could be borrowed for a moment: all are in uninterruptible sleep, are "
                  "receiving signals or have no room on their stack",
                  target.describe()),
      "try again, or give a longer --deadline");
}

Result<BorrowedThread> BorrowedThread::of(SeizedThread thread, const TargetProcess &target,
                                          const TargetMemory &memory) {
  if (!thread.stopped())
    return error(Fault::Internal, fmt::format("thread {} of {} is not stopped", thread.tid(), target.describe()));
  return BorrowedThread(std::move(thread), target, memory, nullptr);
}

BorrowedThread::~BorrowedThread() {
  leaveStub();
}

// Back to the very state in which it was stopped, so that the kernel ends or restarts the interrupted call by its own
// rules, which know of handlers, SA_RESTART and temporary signal masks. Only where the kernel still decides that: in a
// stop on its way out, be it for a signal.
void BorrowedThread::goBackToOriginal() {
  // Fails only for a thread that was killed.
  (void)thread_.setRegisters(kernels(x86_64::restartUnlessSignalled(*original_)));
}

// It would find its way back by itself, through the frame; but a handler that runs on the way would then not end the
// call that the program was in, and a thread of a process that is stopped as a whole would stay in the stub until
// SIGCONT, where nobody can unwind its stack.
void BorrowedThread::leaveStub() {
  if (std::exchange(onTheWayOut_, false) && thread_.stopped())
    goBackToOriginal();
}

Result<void> BorrowedThread::pushFrame() {
  if (original_)
    return {};
  x86_64::Registers stopped = ours(thread_.registers());
  if (::ptrace(PTRACE_GETSIGMASK, thread_.tid(), sizeof signalMask_, &signalMask_) != 0)
    return error(Fault::Gone, fmt::format("thread {} of process {} has ended", thread_.tid(), process_->describe()));
  // suitable() wants no signal pending.
  x86_64::SavedFrame frame =
      x86_64::encodeSavedFrame(x86_64::afterSyscallRestart(stopped, x86_64::PendingSignal::No), signalMask_);
  LP_TRY(memory_->write(x86_64::savedFrameAddress(stopped), frame, thread_.tid()));
  original_ = stopped;
  return {};
}

void BorrowedThread::giveBack() {
  leaveStub();
  thread_.release();
  borrowing_.reset();
  original_.reset();
  givenBack_ = true;
}

Result<void> BorrowedThread::haveThread(Clock::time_point limit) {
  if (!givenBack_)
    return {};
  if (!log_)
    return error(Fault::Internal, fmt::format("no other thread of {} may be borrowed here", process_->describe()));
  LP_TRY_ASSIGN(BorrowedThread other, borrow(*process_, *memory_, *log_, limit));
  thread_ = std::move(other.thread_);
  borrowing_.emplace(*std::move(other.borrowing_));
  wasRunning_ = other.wasRunning_;
  givenBack_ = false;
  return {};
}

Result<std::int64_t> BorrowedThread::syscall(RuntimeAddr syscallStub, long number,
                                             std::initializer_list<std::uint64_t> arguments) {
  StopWait wait;
  const auto limit = Clock::now() + callLimit;
  while (Clock::now() < limit) {
    LP_TRY(haveThread(limit));
    LP_TRY(pushFrame());
    x86_64::Registers call =
        x86_64::remoteSyscall(*original_, syscallStub, number, {arguments.begin(), arguments.size()});
    LP_TRY(thread_.setRegisters(kernels(call)));
    thread_.keepRegisters();
    onTheWayOut_ = false;
    // Both borders of the call have the instruction pointer behind `syscall` and the frame as stack pointer.
    const auto atCall = [&] {
      const user_regs_struct &now = thread_.registers();
      return now.rsp == call.rsp && now.rip >= syscallStub.value && now.rip <= syscallStub.value + 16;
    };
    while (Clock::now() < limit) {
      LP_TRY_ASSIGN(bool stopped, thread_.runToSyscallBorder(wait, limit));
      if (!stopped)
        break;
      if (atCall() && thread_.receivesNoticeableSignal()) {
        // Before the call began: its handler runs now, from where the thread was, and another thread makes the call.
        goBackToOriginal();
        giveBack();
        break;
      }
      if (!atCall() || thread_.receivesSignal() || thread_.registers().rip == syscallStub.value)
        continue;
      // It is about to make the call. The next stop is behind it, and a good one to give the thread back from: each
      // stop is one more switch to it and back, for which a thread that was running stands still.
      onTheWayOut_ = thread_.stopOnTheWayOut(wait, limit) && atCall();
      if (!onTheWayOut_)
        break;
      const auto outcome = static_cast<std::int64_t>(thread_.registers().rax);
      if (wasRunning_)
        giveBack();
      return outcome;
    }
    if (thread_.ended())
      return error(Fault::Gone, fmt::format("thread {} of process {} has ended", thread_.tid(), process_->describe()));
  }
  return error(Fault::Busy,
               fmt::format("thread {} of process {} did not come back from a call to the system in time", thread_.tid(),
                           process_->describe()),
               "it may be inside a signal handler; try again");
}

Result<void> BorrowedThread::startCommit(RuntimeAddr routine, RuntimeAddr regionHeader, x86_64::AgentCommand command,
                                         x86_64::Gate gate) {
  LP_TRY(pushFrame());
  onTheWayOut_ = false; // goes elsewhere, and is let run
  if (gate == x86_64::Gate::None)
    ungated_ = routine;
  LP_TRY(thread_.setRegisters(kernels(x86_64::remoteCommit(*original_, routine, regionHeader, command, gate))));
  thread_.keepRegisters();
  if (gate == x86_64::Gate::Closed) {
    // In this order (agent.S tells why): wherever this tool is killed, the thread either does nothing and gives its
    // mask back, or does all while nobody can come in.
    const std::uint64_t all = ~std::uint64_t{0};
    if (::ptrace(PTRACE_SETSIGMASK, thread_.tid(), sizeof all, &all) != 0)
      return error(Fault::Gone, fmt::format("thread {} of process {} has ended", thread_.tid(), process_->describe()));
    const std::uint8_t closed =
        LP_FLAG_CLOSED | (command == x86_64::AgentCommand::Commit ? LP_AGENT_COMMIT : LP_AGENT_REVERT);
    LP_TRY(memory_->write(flagAddress(regionHeader), {&closed, 1}));
  }
  thread_.runOn();
  return {};
}

Result<BorrowedThread::Commit> BorrowedThread::noteSignals() {
  StopWait wait;
  if (!thread_.hasStopped(wait))
    return Commit::GoesOn;
  // In a handler already, on its last instructions, or back in the program: nothing can be told to it any more.
  if (!ungated_ || !thread_.receivesNoticeableSignal() ||
      thread_.registers().rsp != x86_64::savedFrameAddress(*original_).value) {
    thread_.passSignal();
    return Commit::GoesOn;
  }
  if (thread_.registers().rip == ungated_->value) {
    goBackToOriginal();
    thread_.keepRegisters();
    thread_.release();
    return Commit::Withdrawn;
  }
  const x86_64::Registers interrupted = x86_64::afterSyscallRestart(*original_, x86_64::PendingSignal::Yes);
  Result<void> written = memory_->write(x86_64::savedFrameAddress(*original_),
                                        x86_64::encodeSavedFrame(interrupted, signalMask_), thread_.tid());
  thread_.passSignal();
  if (!written)
    return std::move(written).failure();
  return Commit::GoesOn;
}

} // namespace livepatch

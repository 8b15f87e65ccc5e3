#include "runtime/linux/borrowed_thread.h"

#include "runtime/core/region_header.h"
#include "runtime/linux/thread_state.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <sys/ptrace.h>
#include <thread>

namespace livepatch {
namespace {

constexpr auto stopLimit = std::chrono::milliseconds(50);
constexpr auto callLimit = std::chrono::seconds(2);
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
      if (*state != ThreadState::Ended && *state != ThreadState::Uninterruptible && *state != ThreadState::Traced)
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
  if (!thread.stopped() || thread.receivesSignal())
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
  do {
    LP_TRY_ASSIGN(std::string text, target.mapsText());
    LP_TRY_ASSIGN(std::vector<MemoryMapping> maps, parseMemoryMaps(text));
    for (const Candidate &candidate : candidates(target)) {
      LP_TRY_ASSIGN(std::optional<SeizedThread> thread, SeizedThread::seize(target, candidate.tid));
      if (!thread)
        continue;
      StopWait wait;
      Borrowing borrowing(log);
      thread->interrupt();
      if (thread->waitStopped(wait, Clock::now() + stopLimit) && suitable(*thread, memory, maps)) {
        BorrowedThread borrowed(std::move(*thread), memory, target.describe());
        borrowed.borrowing_.emplace(std::move(borrowing));
        return borrowed;
      }
    }
    if (!target.alive() || !memory.exists())
      return target.gone();
    std::this_thread::sleep_for(pauseBetweenRounds);
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
  return BorrowedThread(std::move(thread), memory, target.describe());
}

BorrowedThread::~BorrowedThread() {
  if (leftInStub_ && thread_.stopped())
    stepOut();
}

// A thread of a process that is stopped as a whole would stay where the last call has left it, in the stub, until
// SIGCONT. It would find its way back then; but until then nobody could unwind its stack. So the tool does at once what
// the rest of the stub would do. (Not instruction by instruction: PTRACE_SINGLESTEP sets the trap flag in the thread's
// own registers, and a tool that dies then leaves it to be killed by the trap.)
void BorrowedThread::stepOut() {
  (void)thread_.setRegisters(kernels(*resumption_)); // fails only for a thread that was killed
}

Result<void> BorrowedThread::pushFrame() {
  if (original_)
    return {};
  x86_64::Registers stopped = ours(thread_.registers());
  auto pending = noticeableSignals(thread_.tid()) ? x86_64::PendingSignal::Yes : x86_64::PendingSignal::No;
  resumption_ = x86_64::afterSyscallRestart(stopped, pending);
  std::uint64_t mask = 0;
  if (::ptrace(PTRACE_GETSIGMASK, thread_.tid(), sizeof mask, &mask) != 0)
    return error(Fault::Gone, fmt::format("thread {} of process {} has ended", thread_.tid(), target_));
  x86_64::SavedFrame frame = x86_64::encodeSavedFrame(*resumption_, mask);
  LP_TRY(memory_->write(x86_64::savedFrameAddress(stopped), frame, thread_.tid()));
  original_ = stopped;
  ofStoppedProcess_ = thread_.groupStopped();
  return {};
}

Result<std::int64_t> BorrowedThread::syscall(RuntimeAddr syscallStub, long number,
                                             std::initializer_list<std::uint64_t> arguments) {
  LP_TRY(pushFrame());
  x86_64::Registers call =
      x86_64::remoteSyscall(*original_, syscallStub, number, {arguments.begin(), arguments.size()});
  LP_TRY(thread_.setRegisters(kernels(call)));
  thread_.keepRegisters();
  leftInStub_ = false;
  // Both borders of the call stop with the instruction pointer behind `syscall` and the frame as stack pointer. A
  // signal that comes first runs its handler first, whose own system calls stop here too and are let through.
  StopWait wait;
  const auto limit = Clock::now() + callLimit;
  bool entered = false;
  while (Clock::now() < limit) {
    LP_TRY_ASSIGN(bool stopped, thread_.runToSyscallBorder(wait, limit));
    if (!stopped)
      break;
    const user_regs_struct &now = thread_.registers();
    if (thread_.receivesSignal() || now.rsp != call.rsp || now.rip <= syscallStub.value ||
        now.rip > syscallStub.value + 16)
      continue;
    if (entered) {
      leftInStub_ = ofStoppedProcess_;
      return static_cast<std::int64_t>(now.rax);
    }
    entered = true;
  }
  return error(Fault::Busy,
               fmt::format("thread {} of process {} did not come back from a call to the system in time", thread_.tid(),
                           target_),
               "it may be inside a signal handler; try again");
}

Result<void> BorrowedThread::startCommit(RuntimeAddr routine, RuntimeAddr regionHeader, x86_64::AgentCommand command,
                                         x86_64::Gate gate) {
  LP_TRY(pushFrame());
  leftInStub_ = false; // goes elsewhere, and is let run
  LP_TRY(thread_.setRegisters(kernels(x86_64::remoteCommit(*original_, routine, regionHeader, command, gate))));
  thread_.keepRegisters();
  if (gate == x86_64::Gate::Closed) {
    // In this order (agent.S tells why): wherever this tool is killed, the thread either does nothing and gives its
    // mask back, or does all while nobody can come in.
    const std::uint64_t all = ~std::uint64_t{0};
    if (::ptrace(PTRACE_SETSIGMASK, thread_.tid(), sizeof all, &all) != 0)
      return error(Fault::Gone, fmt::format("thread {} of process {} has ended", thread_.tid(), target_));
    const std::uint8_t closed = LP_FLAG_CLOSED;
    LP_TRY(memory_->write(flagAddress(regionHeader), {&closed, 1}));
  }
  thread_.runOn();
  borrowing_.reset();
  return {};
}

} // namespace livepatch

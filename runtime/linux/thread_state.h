// What the kernel says about one thread without stopping it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <sys/types.h>

namespace livepatch {

// The letters of /proc/PID/task/TID/stat (proc(5)), as far as somebody here decides by them. KernelWorker: listed among
// the threads, but it works inside the kernel for the process (io_uring, vhost) and never runs the program's code. It
// must be left alone: a stop would end the request that it is at work on with EINTR.
enum class ThreadState { Running, Sleeping, Uninterruptible, Stopped, Traced, Ended, KernelWorker };

// Nothing where the thread is gone.
[[nodiscard]] std::optional<ThreadState> threadState(pid_t pid, pid_t tid);
// The same from that file's text, in which the program has chosen its name; nothing where it is no such text.
[[nodiscard]] std::optional<ThreadState> threadStateIn(std::string_view stat);

[[nodiscard]] inline bool hasEnded(ThreadState state) {
  return state == ThreadState::Ended;
}

// The signals that the program would notice as soon as the thread runs: its own and the process's pending ones, less
// those that it blocks or ignores. A traced process has even its ignored signals queued (sig_ignored() in
// kernel/signal.c), so they must not be taken for a reason to be woken up. Bit n-1 is signal n; 0 where the thread is
// gone.
[[nodiscard]] std::uint64_t noticeableSignals(pid_t tid);

// Whether the program would notice this one signal: it has a handler, or the default action is not to ignore it.
[[nodiscard]] bool isNoticeable(pid_t tid, int signal);

} // namespace livepatch

// Many processes at once: each one is worked on by a child of its own.
//
// A child and not a thread: ptrace(2) binds a target to the thread that seized it, and SIGCHLD, by which a stop is
// waited for, comes to a whole process; and should one target upset the tool, the others are not concerned.
#pragma once

#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace livepatch {

// Calls `work` in a child for each pid, a few at a time, and `done` here for each, as they end, with what `work` has
// returned; `lost` where the child has ended without an answer, with how it ended. Returns when all have been told of.
void inParallel(const std::vector<pid_t> &pids, const std::function<std::string(pid_t)> &work,
                const std::function<void(pid_t, const std::string &)> &done,
                const std::function<void(pid_t, const std::string &)> &lost);

} // namespace livepatch

// Why the system does not let us at a process, told as exactly as it can be known.
#pragma once

#include "runtime/core/result.h"
#include "runtime/linux/target_process.h"

#include <optional>
#include <string>

namespace livepatch {

// Whether this tool may work on other users' processes without being root (CAP_SYS_PTRACE).
[[nodiscard]] bool weHaveSysPtrace();

// Turns the errno of an access ("attach to", "read the memory of") into an Error: ESRCH is Fault::Gone, EPERM and
// EACCES are Fault::Permission with the cause (other user, yama, another tracer, namespace), the rest is Fault::Io.
// Fault::Busy: the other tracer is a livepatch.
[[nodiscard]] Error accessRefusal(const TargetProcess &target, const std::string &operation, int cause);
// The same for one thread, where it is traced at all.
[[nodiscard]] std::optional<Error> tracedRefusal(const TargetProcess &target, pid_t tid);
// For a thread that was asked to stop and does not, because it waits for a disk or the like.
[[nodiscard]] Error sleepRefusal(const TargetProcess &target, pid_t tid);

// Conditions under which nothing may be run inside of the target, found before it is touched: a strict seccomp mode
// (any system call but four kills it), a seccomp filter unless `allowFilter`, a user shadow stack (iretq would fault).
[[nodiscard]] Result<void> checkRemoteCallsPossible(const TargetProcess &target, bool allowFilter);

} // namespace livepatch

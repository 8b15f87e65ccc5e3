// A running process that is to be looked at or patched: its identity, and what /proc tells about it.
//
// The handle holds a pidfd, so that a pid that was given to another process in the meantime is noticed. It reads only:
// memory is TargetMemory, threads are ThreadStop.
#pragma once

#include "runtime/core/result.h"
#include "runtime/linux/file_descriptor.h"

#include <string>
#include <sys/types.h>
#include <vector>

namespace livepatch {

class TargetProcess {
public:
  // Fault::Gone where there is no such process; Fault::Refused for kernel threads, zombies and thread ids.
  [[nodiscard]] static Result<TargetProcess> open(pid_t pid);

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool alive() const;

  // A task whose memory can be looked at. The main thread may have left with pthread_exit: then its /proc/PID/maps and
  // /proc/PID/mem are empty although the process goes on, and another thread's have to be used.
  [[nodiscard]] pid_t viewTid() const;
  // `/proc/TID/<name>` of that task.
  [[nodiscard]] std::string procPath(const std::string &name) const;

  [[nodiscard]] Result<std::string> mapsText() const;
  [[nodiscard]] Result<std::string> statusText() const;
  [[nodiscard]] Result<std::string> auxv() const;
  // The executable's path as the target names it; only for messages.
  [[nodiscard]] std::string executableName() const;
  // A path as the target sees it, made reachable from here: a container's files are behind /proc/PID/root.
  [[nodiscard]] std::string reachablePath(const std::string &path) const;

  [[nodiscard]] std::vector<pid_t> threadIds() const;

  // "4711 (redis-server)": the target's name in messages.
  [[nodiscard]] std::string describe() const;

  [[nodiscard]] Error gone() const;

private:
  TargetProcess(pid_t pid, pid_t viewTid, FileDescriptor pidfd, std::string command)
      : pid_(pid), viewTid_(viewTid), pidfd_(std::move(pidfd)), command_(std::move(command)) {}

  pid_t pid_;
  mutable pid_t viewTid_; // looked for again when that thread has ended
  FileDescriptor pidfd_;
  std::string command_;
};

// All processes that this user can see, the tool's own and kernel threads left out.
[[nodiscard]] std::vector<pid_t> visibleProcesses();

} // namespace livepatch

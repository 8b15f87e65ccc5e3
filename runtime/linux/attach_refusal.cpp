#include "runtime/linux/attach_refusal.h"

#include "runtime/linux/proc_file.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <linux/capability.h>

namespace livepatch {
namespace {

std::string ownerOf(const std::string &status) {
  std::string ids = statusField(status, "Uid"); // real, effective, saved, file system
  return ids.substr(0, ids.find_first_of("\t "));
}

Error permission(const std::string &what, const std::string &why, const std::string &remedy) {
  return error(Fault::Permission, fmt::format("{}: {}", what, why), remedy);
}

// Another livepatch (one that only looks, and so needs no lock) is done in a moment; a debugger is not.
Error tracedAlready(const std::string &what, const std::string &tracer) {
  auto name = readProcFile(fmt::format("/proc/{}/comm", tracer)).value_or("?\n");
  name.pop_back();
  const std::string why = fmt::format("process {} ({}) is already tracing it", tracer, name);
  if (name == "livepatch" || name == "pannus" || name == "?")
    return error(Fault::Busy, fmt::format("{}: {}", what, why), "try again");
  return permission(what, why, "a process has one tracer at a time: end that debugger, then try again");
}

} // namespace

bool weHaveSysPtrace() {
  return (statusBits(readProcFile("/proc/self/status").value_or(""), "CapEff") >> CAP_SYS_PTRACE) & 1;
}

Error accessRefusal(const TargetProcess &target, const std::string &operation, int cause) {
  std::string what = fmt::format("cannot {} {}", operation, target.describe());
  if (cause == ESRCH || !target.alive())
    return target.gone();
  if (cause != EPERM && cause != EACCES)
    return error(Fault::Io, fmt::format("{}: {}", what, std::strerror(cause)));

  auto status = readProcFile(target.procPath("status"));
  if (!status)
    return target.gone();
  if (std::string tracer = statusField(*status, "TracerPid"); !tracer.empty() && tracer != "0")
    return tracedAlready(what, tracer);
  if (ownerOf(*status) != std::to_string(::geteuid()) && !weHaveSysPtrace())
    return permission(what, fmt::format("not permitted: it belongs to user {}", ownerOf(*status)),
                      "run as root or as that user");
  // ptrace(2), "Ptrace access mode checking": without CAP_SYS_PTRACE the target's user namespace has to be ours.
  // (Where that link cannot be read, the target is not dumpable, or a security module speaks.)
  auto itsNamespace = readProcLink(target.procPath("ns/user"));
  if (itsNamespace && itsNamespace != readProcLink("/proc/self/ns/user") && !weHaveSysPtrace())
    return permission(what, "not permitted: it lives in another user namespace (a container)",
                      "run as root outside of the container");
  if (auto yama = readProcFile("/proc/sys/kernel/yama/ptrace_scope"); yama && (*yama)[0] != '0') {
    if ((*yama)[0] == '3')
      return permission(what,
                        "not permitted: yama ptrace_scope is 3, which forbids it to everybody until the next boot",
                        "the machine has to be booted with another setting of kernel.yama.ptrace_scope");
    return permission(what, fmt::format("not permitted: yama ptrace_scope is {}", (*yama)[0]),
                      "run as root, or set kernel.yama.ptrace_scope to 0");
  }
  return permission(what,
                    "not permitted: the target is not dumpable, holds capabilities that this user lacks, or a security "
                    "module forbids it",
                    "run as root; inside of a container add the capability SYS_PTRACE");
}

Error sleepRefusal(const TargetProcess &target, pid_t tid) {
  return error(
      Fault::Busy,
      fmt::format("thread {} of process {} does not stop: it is in uninterruptible sleep", tid, target.describe()),
      "see what it waits for in /proc/PID/task/TID/stack, or use --consistency function");
}

std::optional<Error> tracedRefusal(const TargetProcess &target, pid_t tid) {
  auto status = readProcFile(fmt::format("/proc/{}/task/{}/status", target.pid(), tid));
  const std::string tracer = statusField(status.value_or(""), "TracerPid");
  if (tracer.empty() || tracer == "0")
    return std::nullopt;
  return tracedAlready(fmt::format("cannot attach to thread {} of {}", tid, target.describe()), tracer);
}

Result<void> checkRemoteCallsPossible(const TargetProcess &target, bool allowFilter) {
  LP_TRY_ASSIGN(std::string status, target.statusText());
  std::string seccomp = statusField(status, "Seccomp");
  if (seccomp == "1")
    return error(
        Fault::Refused,
        fmt::format("process {} runs in seccomp's strict mode: a call to mmap would kill it", target.describe()),
        "such a process cannot be patched while it runs");
  // A filter may answer with a signal that kills the process, and whether it does so for mmap, mprotect and munmap
  // cannot be read without CAP_SYS_ADMIN in the initial namespace. Nearly all filters allow them, for malloc needs
  // them.
  if (seccomp == "2" && !allowFilter)
    return error(
        Fault::Refused,
        fmt::format("process {} has a seccomp filter: if that forbids mmap or mprotect it may kill the process",
                    target.describe()),
        "where the filter is known to allow mmap, munmap, madvise, prctl and rt_sigprocmask give --allow-seccomp");
  if (statusField(status, "x86_Thread_features").find("shstk") != std::string::npos)
    return error(Fault::Refused,
                 fmt::format("process {} uses a hardware shadow stack, which the remote calls do not support",
                             target.describe()),
                 "start the target without it (GLIBC_TUNABLES=glibc.cpu.x86_shstk=off)");
  return {};
}

} // namespace livepatch

// Reading and writing a target's memory, read-only text included.
//
// The descriptor of /proc/PID/mem stays bound to the address space that it was opened on: after an execve of the target
// it reads as empty (Fault::Gone) and can never write into the new program. Pages that are not writable are written
// with the kernel's FOLL_FORCE; where it forbids that (Linux 6.12: proc_mem.force_override) PTRACE_POKETEXT through a
// thread that the caller holds stopped does the same.
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/result.h"
#include "runtime/linux/file_descriptor.h"
#include "runtime/linux/stop_wait.h"
#include "runtime/linux/target_process.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace livepatch {

// How protected pages are written. PokeOnly lets a test take the way of a kernel that forbids the first one.
enum class ProtectedWrite { Automatic, PokeOnly };

class TargetMemory {
public:
  [[nodiscard]] static Result<TargetMemory> open(const TargetProcess &target,
                                                 ProtectedWrite protectedWrite = ProtectedWrite::Automatic);

  [[nodiscard]] Result<void> read(RuntimeAddr at, std::span<std::uint8_t> into) const;
  [[nodiscard]] Result<std::vector<std::uint8_t>> read(RuntimeAddr at, std::size_t size) const;
  [[nodiscard]] Result<std::uint64_t> readWord(RuntimeAddr at) const;
  // Up to `limit` bytes, without the terminating zero.
  [[nodiscard]] Result<std::string> readString(RuntimeAddr at, std::size_t limit = 4096) const;
  // Pages that cannot be read stay zero: for images with holes and for guard pages.
  [[nodiscard]] std::vector<std::uint8_t> readSparse(RuntimeAddr at, std::size_t size) const;
  // The same into zeros that are there already.
  void readSparse(RuntimeAddr at, std::span<std::uint8_t> into) const;

  // `stoppedTid`: a thread that the caller holds in a ptrace stop, or 0 where there is none; needed only where the
  // kernel forbids the descriptor's way.
  [[nodiscard]] Result<void> write(RuntimeAddr at, std::span<const std::uint8_t> bytes, pid_t stoppedTid = 0) const;
  // One aligned 8-byte store, so that a processor that executes those bytes sees the old or the new ones.
  [[nodiscard]] Result<void> writeWord(RuntimeAddr at, std::uint64_t word, pid_t stoppedTid = 0) const;

  // False once the process has ended or replaced itself by execve.
  [[nodiscard]] bool exists() const;

  // Keeps other tools of ours off this process until the handle goes: an advisory lock on /proc/PID/mem, which only
  // those can take who may write the process's memory anyway. Fault::Busy: another one is at work until `limit`.
  [[nodiscard]] Result<void> lock(Clock::time_point limit) const;

  // True where protected pages cannot be written without a stopped thread.
  [[nodiscard]] bool needsStoppedThread(RuntimeAddr protectedWord) const;

private:
  TargetMemory(FileDescriptor file, std::string target, ProtectedWrite protectedWrite)
      : file_(std::move(file)), target_(std::move(target)), protectedWrite_(protectedWrite) {}
  [[nodiscard]] Result<void> poke(RuntimeAddr at, std::span<const std::uint8_t> bytes, pid_t tid) const;
  [[nodiscard]] Error failed(const char *operation, RuntimeAddr at, std::size_t size, int cause) const;

  FileDescriptor file_;
  std::string target_;
  ProtectedWrite protectedWrite_;
};

} // namespace livepatch

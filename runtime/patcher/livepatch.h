// The C++ API of LivePatch::Runtime: apply a patch to a running process, take it back, and tell what runs where.
//
//   auto patch = livepatch::readPatchFolder("cve-2024-51741/");
//   if (!patch) return fail(patch.failure());
//   auto done = livepatch::apply(pid, *patch, {});
//   if (!done) return fail(done.failure());          // Error: fault, message, remedy
//
// Every function returns values and prints nothing. All calls for one process have to come from one thread (ptrace(2));
// while a call runs, SIGCHLD is blocked in that thread. Nothing is kept between calls: what a process runs is read from
// the process.
//
// All or nothing: an Error means that the process runs what it ran before. This holds even if the calling program is
// killed in the middle; the next call for that process then tidies up.
#pragma once

#include "runtime/core/patch_stack.h"
#include "runtime/core/result.h"
#include "runtime/linux/borrowing_log.h"
#include "runtime/linux/target_memory.h"
#include "runtime/patcher/patch_files.h"

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace livepatch {

// When the old code gives way to the new one.
enum class Consistency {
  Automatic, // Function for a patch of one function and no data, else Stack
  None,      // at once, and without waiting for remote code that is on its way: each function changes by itself
  Function,  // at once: the next call of any function is the new one; calls in progress end in the old code
  Stack,     // at a moment when no thread is inside any of the functions concerned
};

struct ApplyOptions {
  Consistency consistency = Consistency::Automatic;
  std::chrono::milliseconds deadline{5000}; // how long to wait for such a moment
  bool replace = false;                     // take the place of all earlier patches of the same objects, in one step
  // How long one stop may last before everybody goes on, with up to 128 threads (in proportion with more). Nothing: 5
  // ms, and twice as long after each one that was given up, until 200 ms.
  std::optional<std::chrono::milliseconds> stopLimit;
  bool giveBack = false;                     // revert: unmap the patch, if nothing in the process can still use it
  std::chrono::milliseconds longestStop{20}; // for the search that proves it
  bool dryRun = false;                       // everything but the first change
  bool allowSeccomp = false;                 // also where a seccomp filter might forbid mmap
  ProtectedWrite protectedWrite = ProtectedWrite::Automatic;
};

struct StopTimes {
  int attempts = 0;                              // how often all threads were stopped
  int rolledBack = 0;                            // of these: given up because they took too long
  std::chrono::microseconds longestOfRunning{0}; // longest stop of threads that were running
  std::chrono::microseconds longestOfSleeping{0};
  BorrowingLog borrowings; // of one thread at a time, a sleeping one if there is any, for calls such as mmap
};

struct ChangedData {
  std::string name;
  bool written = false; // false: the live value was not the one expected; it was left
};

struct ApplyReport {
  std::string patch;
  bool switchedOnAgain = false;       // it was there, reverted
  std::vector<std::string> functions; // that run new code now
  std::vector<std::string> replaced;  // patches whose place it has taken, oldest first
  std::vector<std::string> back;      // functions that they had changed and that run the program's own code again
  std::vector<ChangedData> data;
  std::vector<std::string> notes;                  // what the user should know, one sentence each
  Consistency consistency = Consistency::Function; // the one that was used
  StopTimes stops;
};

// What became of a reverted patch's memory.
struct MemoryReturn {
  bool given = false;
  std::string why;                      // it was kept
  std::chrono::microseconds stopped{0}; // longest stop of the process for the search
};

struct RevertReport {
  std::string patch;
  std::vector<std::string> restored; // functions that run other code now
  std::vector<std::string> covered;  // a newer patch goes on governing these
  std::vector<std::string> kept;     // data that the program has changed meanwhile: left as they are
  StopTimes stops;
  std::optional<MemoryReturn> memory; // where it was asked for
};

// Somebody inside code that does not govern any more.
struct OldCodeUser {
  pid_t thread = 0;
  std::string threadName, function;
  std::string patch; // whose version of the function; empty: the program's own
};

struct InstalledPatch {
  std::string name, identity; // identity: hex
  PatchStatus status = PatchStatus::Applied;
  std::vector<std::string> functions;
  std::vector<ChangedData> data;
};

// Put there by a livepatch whose format this one does not read: it can be listed, not changed.
struct ForeignPatch {
  std::string name, identity; // name: empty where it cannot be read
  std::uint32_t format = 0;
  bool active = false;
};

struct ProcessReport {
  pid_t pid = 0;
  std::string command;
  std::vector<InstalledPatch> patches; // oldest first
  std::vector<ForeignPatch> foreign;
  std::vector<OldCodeUser> oldCodeUsers; // only where asked for
};

// A function that an applied patch brought.
struct FunctionSymbol {
  RuntimeAddr at;
  std::uint64_t size = 0;
  std::string name; // the replaced function's, else that in the patch
  std::string patch;
};

enum class LookAtThreads { No, Yes }; // Yes stops the process for a moment

// Fault::Already: the same patch is applied. Fault::Busy: no suitable moment before the deadline; names thread,
// function and frame.
[[nodiscard]] Result<ApplyReport> apply(pid_t pid, const PatchFiles &patch, const ApplyOptions &options);

// Would it apply? Everything is verified, nothing is changed. `busy` has who is inside the functions now.
struct CheckReport {
  ApplyReport would;
  std::vector<std::string> busy;
};
[[nodiscard]] Result<CheckReport> check(pid_t pid, const PatchFiles &patch, const ApplyOptions &options);

// By name. Fault::NotFound: no such patch in that process; Fault::Already: it is reverted.
[[nodiscard]] Result<RevertReport> revert(pid_t pid, const std::string &name, const ApplyOptions &options);

[[nodiscard]] Result<ProcessReport> list(pid_t pid, LookAtThreads look);

// Of all applied patches, by address: for profilers, which know such code by its address only.
[[nodiscard]] Result<std::vector<FunctionSymbol>> functionSymbols(pid_t pid);

// Processes whose executable is this file, sorted: by name, also where it was replaced or deleted since; by inode,
// under whatever name another mount namespace has it; or by the build-id of the file.
[[nodiscard]] std::vector<pid_t> processesRunning(const std::string &executable);
// Processes that have one of these build-ids mapped, sorted. `unreadable` gets those that this user may not look at.
[[nodiscard]] std::vector<pid_t> processesWith(const std::vector<std::string> &buildIds,
                                               std::vector<pid_t> *unreadable = nullptr);
// Processes that have a patch region (of this name, and not abandoned), sorted.
[[nodiscard]] std::vector<pid_t> patchedProcesses(const std::optional<std::string> &name = std::nullopt);

} // namespace livepatch

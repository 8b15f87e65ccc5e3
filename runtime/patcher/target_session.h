// One process under work: opened, locked against other tools, and a snapshot of what is in it.
#pragma once

#include "runtime/arch/architecture.h"
#include "runtime/core/memory_maps.h"
#include "runtime/core/patch_stack.h"
#include "runtime/core/result.h"
#include "runtime/linux/borrowed_thread.h"
#include "runtime/linux/modules.h"
#include "runtime/linux/target_memory.h"
#include "runtime/linux/target_process.h"
#include "runtime/patcher/livepatch.h"

#include <memory>
#include <string>
#include <vector>

namespace livepatch {

enum class SessionPurpose { Look, Change };

class TargetSession {
public:
  // Change: takes the lock, and refuses a process in which no remote call may be made.
  [[nodiscard]] static Result<TargetSession> open(pid_t pid, SessionPurpose purpose, const ApplyOptions &options);
  TargetSession(TargetSession &&) = default;
  TargetSession &operator=(TargetSession &&) = delete;
  // Waits a little for threads that could not be given back yet.
  ~TargetSession();

  [[nodiscard]] const TargetProcess &process() const { return *process_; }
  [[nodiscard]] const TargetMemory &memory() const { return *memory_; }
  [[nodiscard]] const Architecture &architecture() const { return *architecture_; }
  [[nodiscard]] const ModuleList &modules() const { return modules_; }
  [[nodiscard]] const std::vector<MemoryMapping> &maps() const { return maps_; }
  [[nodiscard]] const PatchStack &patches() const { return patches_; }
  // Patches of another version of the format. A session for changes does not open where there are any.
  [[nodiscard]] const std::vector<ForeignRegion> &foreignPatches() const { return foreign_; }

  // The process has ended or become another program: then this is what has failed, whatever showed it first.
  [[nodiscard]] bool targetIsGone() const { return !process_->alive() || !memory_->exists(); }

  // Reads mappings and patches again after they were changed.
  [[nodiscard]] Result<void> refresh();

  // Where remote system calls go through; written into the target the first time, through `thread` if it has to be.
  [[nodiscard]] Result<RuntimeAddr> syscallStub(const BorrowedThread &thread);
  // Tries as long as the user's deadline says, and some seconds in any case.
  [[nodiscard]] Result<BorrowedThread> borrow() const;
  [[nodiscard]] const BorrowingLog &borrowings() const { return *borrowings_; }

  // A stopped thread while there is need for one to write protected memory at `word`; else nothing.
  [[nodiscard]] Result<std::optional<BorrowedThread>> writerFor(RuntimeAddr word) const;

private:
  TargetSession(std::unique_ptr<TargetProcess> process, std::unique_ptr<TargetMemory> memory)
      : process_(std::move(process)), memory_(std::move(memory)), patches_({}) {}

  [[nodiscard]] Result<void> takeSnapshot();

  std::unique_ptr<TargetProcess> process_; // behind pointers: others keep references across a move
  std::unique_ptr<TargetMemory> memory_;
  const Architecture *architecture_ = nullptr;
  ModuleList modules_;
  std::vector<MemoryMapping> maps_;
  PatchStack patches_;
  std::vector<ForeignRegion> foreign_;
  std::optional<RuntimeAddr> stub_;
  std::chrono::milliseconds deadline_{};
  std::unique_ptr<BorrowingLog> borrowings_ = std::make_unique<BorrowingLog>();
};

} // namespace livepatch

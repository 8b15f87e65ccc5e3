// The exact return addresses of a stopped thread, by the unwind tables of the loaded objects (libdw).
//
// Slow the first time, when the tables are read: made and warmed before a stop, used within it only for threads whose
// raw stack words look as if they were inside of an old function.
#pragma once

#include "runtime/core/address.h"
#include "runtime/linux/modules.h"
#include "runtime/linux/seized_thread.h"
#include "runtime/linux/target_memory.h"
#include "runtime/linux/target_process.h"

#include <memory>
#include <optional>
#include <vector>

namespace livepatch {

class StackUnwinder {
public:
  StackUnwinder(const TargetProcess &target, const TargetMemory &memory, const ModuleList &modules);
  ~StackUnwinder();
  StackUnwinder(const StackUnwinder &) = delete;
  StackUnwinder &operator=(const StackUnwinder &) = delete;

  // Innermost first, without the instruction pointer itself. Nothing where the stack could not be followed to its end
  // (code without unwind tables): then the raw words have to be believed.
  [[nodiscard]] std::optional<std::vector<RuntimeAddr>> returnAddresses(const SeizedThread &thread,
                                                                        Clock::time_point end);

private:
  struct Session;
  std::unique_ptr<Session> session_;
};

} // namespace livepatch

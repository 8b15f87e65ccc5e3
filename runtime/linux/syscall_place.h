// A place in the target for the system call stub, before anything of ours is mapped there.
//
// The last page of an executable segment is mapped whole, but its file does not fill it: behind the segment's end there
// are zeros that no code refers to. The stub goes there, once, and stays: every later tool finds and uses the same one.
#pragma once

#include "runtime/core/result.h"
#include "runtime/linux/modules.h"
#include "runtime/linux/target_memory.h"

namespace livepatch {

struct SyscallPlace {
  RuntimeAddr at;
  bool written = false; // the stub is there already
};

// Refused where no module has room.
[[nodiscard]] Result<SyscallPlace> findSyscallPlace(const ModuleList &modules, const TargetMemory &memory,
                                                    std::span<const MemoryMapping> maps, Bytes stub);

} // namespace livepatch

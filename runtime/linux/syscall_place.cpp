#include "runtime/linux/syscall_place.h"

#include "runtime/core/image_layout.h"

#include <algorithm>
#include <elf.h>

namespace livepatch {

Result<SyscallPlace> findSyscallPlace(const ModuleList &modules, const TargetMemory &memory,
                                      std::span<const MemoryMapping> maps, Bytes stub) {
  std::optional<RuntimeAddr> room;
  for (const Module &module : modules.modules) {
    for (const ElfSegment &segment : module.view.segments()) {
      if (segment.type != PT_LOAD || !(segment.flags & PF_X) || (segment.flags & PF_W))
        continue;
      // At the very end of the page, so that every tool looks at the same bytes.
      RuntimeAddr end = module.bias + segment.end();
      RuntimeAddr pageEnd{roundUpToPage(end.value)};
      RuntimeAddr at{(pageEnd.value - stub.size()) & ~std::uint64_t{15}};
      if (at < end)
        continue;
      // Mapped as the file says, and private: a shared page would write our stub into the file.
      const MemoryMapping *mapping = mappingAt(maps, at);
      if (!mapping || !mapping->executable || mapping->shared || !mapping->range.contains(at, stub.size()))
        continue;
      auto there = memory.read(at, stub.size());
      if (!there)
        continue;
      if (std::equal(stub.begin(), stub.end(), there->begin()))
        return SyscallPlace{at, true};
      bool unused = std::all_of(there->begin(), there->end(), [](std::uint8_t byte) { return byte == 0; });
      if (unused && !room)
        room = at;
    }
  }
  if (room)
    return SyscallPlace{*room, false};
  return error(Fault::Refused,
               "no executable page of the target has unused bytes at its end for the system call stub of a few bytes",
               "link the target with -Wl,-z,separate-code, so that its last code page is padded");
}

} // namespace livepatch

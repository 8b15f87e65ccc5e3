// /proc/PID/maps holds file names that the target's owner chose.
#include "runtime/core/memory_maps.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const auto mappings = livepatch::parseMemoryMaps({reinterpret_cast<const char *>(data), size});
  if (mappings)
    for (const livepatch::MemoryMapping &mapping : *mappings)
      (void)mapping.isPrivateAnonymous();
  return 0;
}

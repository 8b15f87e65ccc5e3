// The section of a linked file, before anything of it is believed.
#include "patchbuild/map/chunk.h"

#include "runtime/core/map.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const auto chunks = livepatch::parseChunks({data, size}, "fuzz");
  if (!chunks)
    return 0;
  for (const livepatch::Chunk &chunk : *chunks)
    (void)livepatch::parseUnit(chunk.json, &chunk.addresses, nullptr, "fuzz");
  return 0;
}

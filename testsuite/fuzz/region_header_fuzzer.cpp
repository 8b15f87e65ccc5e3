// Patch regions are found in the target by a magic number: whatever lies behind it may be anything.
#include "runtime/core/region_header.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const livepatch::RuntimeAddr at{0x7f0000000000};
  const livepatch::Bytes bytes(data, size);
  (void)livepatch::probeRegion(at, bytes);
  if (const auto header = livepatch::decodeRegion(at, bytes))
    if (livepatch::encodedSize(*header) > size)
      std::abort(); // more was read than was there
  return 0;
}

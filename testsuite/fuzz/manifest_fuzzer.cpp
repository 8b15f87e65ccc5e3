// A manifest travels with a patch: any text gives a manifest or an Error, and printing is stable.
#include "runtime/core/manifest.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  const auto manifest = livepatch::parseManifest(text, "fuzz");
  if (!manifest)
    return 0;
  const std::string printed = livepatch::printManifest(*manifest);
  const auto again = livepatch::parseManifest(printed, "printed");
  if (!again || livepatch::printManifest(*again) != printed)
    std::abort();
  return 0;
}

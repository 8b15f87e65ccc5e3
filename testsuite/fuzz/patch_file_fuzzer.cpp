// Patch files: unified diffs as people send them.
#include "patchbuild/source/line_hunks.h"
#include "patchbuild/source/patch_sections.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  (void)livepatch::splitPatch(text, "fuzz");
  (void)livepatch::parseHunks(text);
  return 0;
}

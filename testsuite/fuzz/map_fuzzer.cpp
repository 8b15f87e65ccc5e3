// A map comes out of any ELF file that somebody names: any text gives a map or an Error, and printing is stable.
#include "runtime/core/map.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  if (const auto map = livepatch::parseMap(text, "fuzz")) {
    const std::string printed = livepatch::printMap(*map);
    const auto again = livepatch::parseMap(printed, "printed");
    if (!again || livepatch::printMap(*again) != printed)
      std::abort();
  }
  // The same text as a chunk of the section and as an analysis file.
  const std::vector<std::uint64_t> addresses = {0, 0x1000, ~0ull};
  livepatch::RecordTable records;
  (void)livepatch::parseUnit(text, &addresses, &records, "fuzz");
  (void)livepatch::parseUnit(text, nullptr, &records, "fuzz");
  (void)livepatch::parseRecord(text, "fuzz");
  return 0;
}

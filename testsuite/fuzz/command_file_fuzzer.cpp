// Command files come from people and from the network: any text gives commands or an Error, and what was understood
// survives printing.
#include "runtime/core/command_file.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  const auto file = livepatch::parseCommandFile(text, "fuzz");
  if (!file)
    return 0;
  const auto again = livepatch::parseCommandFile(livepatch::printCommandFile(*file), "printed");
  if (!again || *again != *file)
    std::abort();
  return 0;
}

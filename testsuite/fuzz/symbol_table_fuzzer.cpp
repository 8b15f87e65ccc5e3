// The mapfile argument of `pannus`: output of nm, or a map of ours.
#include "runtime/core/symbol_table.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  if (const auto table = livepatch::SymbolTable::ofMapfile(text, "fuzz"))
    (void)table->find("main.c:main");
  return 0;
}

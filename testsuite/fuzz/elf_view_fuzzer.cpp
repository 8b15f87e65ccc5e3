// ELF images: of files that somebody names, and of the target's memory, which the target may have changed at will.
#include "runtime/core/elf_view.h"

#include <cstdlib>
#include <elf.h>

static void readAll(const livepatch::ElfView &view) {
  (void)view.buildId();
  (void)view.relocations(R_X86_64_RELATIVE);
  (void)view.definitions("main");
  // A damaged count may claim billions; the first and the last are at the borders.
  const std::size_t count = view.symbolCount();
  for (std::size_t index = 0; index < count && index < 64; ++index)
    (void)view.symbol(index);
  (void)view.symbol(count);
  (void)view.bytesAt(view.lowestAddress(), 4096);
  (void)view.bytesAt(view.endAddress(), ~0ull);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const livepatch::Bytes bytes(data, size);
  if (const auto view = livepatch::ElfView::ofFile(bytes, "fuzz"))
    readAll(*view);
  if (const auto view = livepatch::ElfView::ofMemory(bytes, livepatch::LoadBias{0x555500000000}, "fuzz"))
    readAll(*view);
  return 0;
}

// An object as it lies in a target's memory, which its program may have changed: where its parts would be read to, and
// what is concluded from its tables.
#include "runtime/core/elf_record.h"
#include "runtime/core/loaded_segments.h"
#include "runtime/core/resolve.h"
#include "runtime/core/start_up_tls.h"

#include <cstdlib>
#include <elf.h>

using namespace livepatch;

namespace {

void requireInside(const LoadedSegments &all, const ElfSegment &segment) {
  const std::uint64_t offset = all.offsetOf(segment);
  if (offset > all.imageSize() || segment.fileSize > all.imageSize() - offset)
    std::abort(); // it would be written beside the image
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const Bytes image(data, size);
  const auto header = recordAt<Elf64_Ehdr>(image, 0);
  if (!header)
    return 0;
  if (header->e_phoff < size)
    if (const auto all = loadedSegments(image.subspan(header->e_phoff), "fuzz")) {
      for (const ElfSegment &segment : all->loads)
        requireInside(*all, segment);
      for (const ElfSegment &segment : all->notes)
        requireInside(*all, segment);
    }
  const LoadBias bias{0x555500000000};
  const auto view = ElfView::ofMemory(image, bias, "libfuzz.so");
  if (!view)
    return 0;
  // Twice, with another place: what one object asks for, the other one has.
  std::vector<LoadedObject> objects{{&*view, bias}, {&*view, {0x7f0000000000}}};
  objects[1].tlsOffset = 64;
  deriveTlsOffsets(objects, 0);
  layOutStartUpTls(objects, 0);
  for (const char *name : {"f", "gv", "puts"})
    for (const char *version : {"", "V_1", "GLIBC_2.2.5"})
      (void)resolveSymbol(objects, {name, version, {}, true});
  return 0;
}

// The dynamic loader's private record of an object, as any bytes. The first four words are what the object's own
// headers say about its TLS block, the rest is the record.
#include "runtime/core/elf_record.h"
#include "runtime/core/link_map_fields.h"

#include <cstdlib>

using namespace livepatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  constexpr std::size_t head = 4 * sizeof(std::uint64_t);
  const Bytes input(data, size);
  if (size < head)
    return 0;
  ElfSegment tls;
  tls.address = {*recordAt<std::uint64_t>(input, 0, 0)};
  tls.fileSize = *recordAt<std::uint64_t>(input, 0, 1);
  tls.memorySize = *recordAt<std::uint64_t>(input, 0, 2);
  tls.align = *recordAt<std::uint64_t>(input, 0, 3);
  const Bytes linkMap = input.subspan(head);
  (void)findTlsFields(linkMap, tls, {0x7f0000000000});
  const auto scope = findScopeFields(linkMap, {0x7f0000001000});
  if (scope && (scope->ownList + 8 > linkMap.size() || scope->scopes + 8 > linkMap.size()))
    std::abort(); // read from behind the record
  return 0;
}

// Instructions are recognised in the target's memory, which may hold anything: entries, stubs, jumps through slots.
#include "runtime/arch/architecture.h"

#include <cstdlib>
#include <elf.h>

using namespace livepatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static const Architecture &architecture = **architectureFor(EM_X86_64);
  const std::span<const std::uint8_t> code(data, size);
  const RuntimeAddr at{0x7f0000001000};
  (void)architecture.isEntryPadding(code);
  if (const auto offset = architecture.findEntryPadding(code); offset && *offset + architecture.entrySize > size)
    std::abort();
  (void)architecture.decodeJump(at, code);
  (void)architecture.decodeSlotJump({0x1000}, code);
  (void)architecture.addressesFormed(at, code);
  if (const auto stub = architecture.decodeStub(at, code))
    if (const auto again = architecture.encodeStub(*stub); again && architecture.decodeStub(at, *again) != *stub)
      std::abort();
  return 0;
}

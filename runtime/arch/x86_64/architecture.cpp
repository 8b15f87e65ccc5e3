#include "runtime/arch/x86_64/architecture.h"

#include "runtime/arch/x86_64/instructions.h"

#include <elf.h>

namespace livepatch::x86_64 {
namespace {

// Which computation each relocation type asks for (psABI x86-64, table 4.9).
RelocationKind relocationKind(std::uint32_t type) {
  switch (type) {
  case R_X86_64_NONE:
    return RelocationKind::None;
  case R_X86_64_RELATIVE:
    return RelocationKind::Relative;
  case R_X86_64_64:
    return RelocationKind::Absolute;
  case R_X86_64_GLOB_DAT:
    return RelocationKind::SymbolSlot;
  case R_X86_64_JUMP_SLOT:
    return RelocationKind::CallSlot;
  case R_X86_64_TPOFF64:
    return RelocationKind::ThreadOffset;
  case R_X86_64_DTPMOD64:
    return RelocationKind::ThreadModule;
  case R_X86_64_DTPOFF64:
    return RelocationKind::ThreadBlockOffset;
  case R_X86_64_TLSDESC:
    return RelocationKind::ThreadDescriptor;
  case R_X86_64_IRELATIVE:
    return RelocationKind::Indirect;
  case R_X86_64_COPY:
    return RelocationKind::Copy;
  default:
    return RelocationKind::Unsupported;
  }
}

Architecture makeArchitecture() {
  Architecture table;
  table.name = "x86_64";
  table.elfMachine = EM_X86_64;
  table.pointerSize = 8;
  table.entrySize = entrySize;
  table.stubSize = stubSize;
  // rel32 spans 2^31; the slack covers a region's own size, so that "in reach" need not be asked for each stub.
  table.reach = (std::uint64_t{1} << 31) - (std::uint64_t{64} << 20);
  table.relativeRelocation = R_X86_64_RELATIVE;
  // arch/x86/entry/syscalls/syscall_64.tbl: these numbers are ABI. Not <sys/syscall.h>: that is the host's.
  table.syscalls = {
      .mmap = 9, .mprotect = 10, .munmap = 11, .madvise = 28, .prctl = 157, .getpid = 39, .membarrier = 324};
  table.agent = agentCode();
  table.isEntryPadding = isEntryPadding;
  table.findEntryPadding = findEntryPadding;
  table.encodeJump = encodeJump;
  table.decodeJump = decodeJump;
  table.encodeStub = encodeStub;
  table.decodeStub = decodeStub;
  table.decodeSlotJump = decodeSlotJump;
  table.isLazyStub = isLazyStub;
  table.addressesFormed = addressesFormed;
  table.relocationKind = relocationKind;
  return table;
}

} // namespace

const Architecture &architecture() {
  static const Architecture table = makeArchitecture();
  return table;
}

} // namespace livepatch::x86_64

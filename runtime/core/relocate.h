// The patch's segments as they shall stand in the target, relocated in the tool.
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/elf_view.h"
#include "runtime/core/resolve.h"
#include "runtime/core/result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace livepatch {

struct SymbolValue {
  RuntimeAddr address;                         // 0: an unresolved weak reference
  std::optional<ThreadLocalPlace> threadLocal; // a thread-local variable's place, which is no address
};

// Asked once for each symbol and use that a relocation names and the patch does not define itself. An IFUNC has to be
// answered with the implementation's address.
using SymbolResolver = std::function<Result<SymbolValue>(const ElfSymbol &, SymbolUse)>;

struct RelocatedSegment {
  LinkAddr address;                          // page-aligned down
  std::uint64_t memorySize = 0;              // whole pages
  bool writable = false, executable = false; // final protection; readable always
  std::vector<std::uint8_t> bytes; // memorySize bytes; zeros behind the file's part. RELRO is split off as read-only.
};

// The patch is loaded with bias `bias` (its link-time addresses begin at 0). Refused: text relocations, IRELATIVE,
// thread-local variables of the patch's own, relocation types that a patch has no use for. Every value is checked to
// fit.
[[nodiscard]] Result<std::vector<RelocatedSegment>> relocatePatch(const ElfView &patch, LoadBias bias,
                                                                  const SymbolResolver &resolver);

// The undefined symbols that relocations of the patch name, each once, in symbol order.
[[nodiscard]] Result<std::vector<ElfSymbol>> undefinedSymbols(const ElfView &patch);

} // namespace livepatch

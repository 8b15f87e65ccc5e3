// NAME.so on its way into a process: laid out, relocated and described, as `livepatch apply` does it.
#include "runtime/core/image_layout.h"
#include "runtime/core/region_image.h"
#include "runtime/core/relocate.h"

#include <cstdlib>

using namespace livepatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const auto patch = ElfView::ofFile(Bytes(data, size), "fuzz");
  if (!patch)
    return 0;
  (void)patch->needed();
  (void)patch->soname();
  (void)undefinedSymbols(*patch);
  (void)unwindRanges(*patch, {0x7f0000000000});
  const auto layout = layoutRegion(4096, 4096, *patch);
  if (!layout || layout->size > (std::uint64_t{1} << 28)) // apply would not find room for it
    return 0;
  // Every third symbol is one of the target's thread-local variables; what the answer is decides nothing here.
  const SymbolResolver resolver = [](const ElfSymbol &symbol, SymbolUse) -> Result<SymbolValue> {
    if (symbol.name.size() % 3 == 0)
      return SymbolValue{{}, ThreadLocalPlace{8, -64, 1}};
    return SymbolValue{{0x555500001000}, std::nullopt};
  };
  const auto segments = relocatePatch(*patch, layout->biasAt({0x7f0000000000}), resolver);
  if (!segments)
    return 0;
  for (const RelocatedSegment &segment : *segments)
    if (segment.bytes.size() != segment.memorySize || segment.memorySize % pageSize != 0 ||
        segment.address.value + segment.memorySize > layout->image.size)
      std::abort(); // it would be written behind the region
  return 0;
}

// All regions of a process that is not to be trusted: what the tools decide from them, and what they would write.
#include "runtime/arch/architecture.h"
#include "runtime/core/hex.h"
#include "runtime/core/region_image.h"
#include "runtime/core/replacement.h"
#include "runtime/core/unlinking.h"

#include <cstring>
#include <elf.h>

using namespace livepatch;

namespace {

constexpr std::size_t mostRegions = 8;

// The input: regions one behind the other, each headed by its size in two bytes. Each is put at another address.
std::vector<RegionHeader> regionsIn(Bytes bytes) {
  std::vector<RegionHeader> regions;
  for (std::uint64_t i = 0; i < mostRegions && bytes.size() > 2; ++i) {
    const std::size_t size = std::min<std::size_t>(bytes[0] | bytes[1] << 8, bytes.size() - 2);
    std::vector<std::uint8_t> header(bytes.begin() + 2, bytes.begin() + 2 + static_cast<std::ptrdiff_t>(size));
    bytes = bytes.subspan(2 + size);
    const RuntimeAddr at{0x7f0000000000 + i * 0x100000};
    if (header.size() >= 24)
      std::memcpy(&header[16], &at.value, sizeof at.value); // its own address
    (void)isRegionHeader(at, header);
    (void)probeForeignRegion(at, header);
    if (auto region = decodeRegion(at, header))
      regions.push_back(std::move(*region));
  }
  return regions;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static const Architecture &architecture = **architectureFor(EM_X86_64);
  const Bytes input(data, size);
  const PatchStack stack(regionsIn(input));
  const std::vector<AddressRange> object{{{0x401000}, {0x409000}}};
  (void)stack.functions();
  const MemoryReader read = [&](RuntimeAddr at, std::uint64_t wanted) -> Result<std::vector<std::uint8_t>> {
    std::vector<std::uint8_t> bytes(wanted);
    for (std::uint64_t i = 0; i < wanted; ++i)
      bytes[i] = size ? data[(at.value + i) % size] : 0;
    return bytes;
  };
  std::vector<ManifestParent> parents;
  for (const RegionHeader &region : stack.patches()) {
    (void)stack.planRevert(region.name);
    (void)stack.checkReapply(region);
    (void)stack.replacedVersions(region);
    (void)entryWrites(architecture, region);
    (void)planUnlinking(architecture, stack, region, read);
    (void)tablesOf(region);
    (void)stack.checkParents("fuzz", parents);
    parents.push_back({region.name, hexText(region.identity)});
    const auto replaced = replacedPatches(stack, "fuzz", {}, object, {});
    if (!replaced)
      continue;
    (void)canReuse(stack, region, *replaced);
    WritePlan plan;
    const CommandFile commands;
    const SymbolTable symbols = SymbolTable::ofManifest({});
    const std::vector<PlanTarget> targets{{"target", {0}, object.front()}};
    const auto patch = ElfView::ofFile(input, "fuzz"); // not looked at; any will do
    if (patch)
      (void)addWaysBack(plan, {architecture, commands, symbols, *patch, targets, {}, stack.patches(), read, {}},
                        *replaced);
  }
  (void)stack.takenOver({{0x401000}}, parents);
  return 0;
}

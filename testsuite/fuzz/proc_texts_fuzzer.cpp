// /proc/PID/status and stat hold a name that the process chose, maps the names of its files; what is made of them has
// to hold for any text.
#include "runtime/core/address_search.h"
#include "runtime/core/image_layout.h"
#include "runtime/core/readable_names.h"
#include "runtime/linux/proc_file.h"
#include "runtime/linux/thread_state.h"

#include <algorithm>
#include <cstdlib>

using namespace livepatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  for (const char *key : {"TracerPid", "SigCgt", "CapEff", "Threads", "Seccomp"})
    (void)statusField(text, key);
  (void)threadStateIn(text);
  (void)readableNames(text.substr(0, 512)); // demangling is not linear
  const auto maps = parseMemoryMaps(text);
  if (!maps)
    return 0;
  // The kernel prints them in order; where that is not so, there is no free place to be promised.
  const auto overlap = [](const MemoryMapping &a, const MemoryMapping &b) { return b.range.start < a.range.end; };
  const bool inOrder = std::adjacent_find(maps->begin(), maps->end(), overlap) == maps->end();
  for (const MemoryMapping &mapping : *maps) {
    (void)mappingAt(*maps, mapping.range.start);
    (void)covers(*maps, mapping.range.start, mapping.range.size(), Access::Writable);
    for (const RuntimeAddr place : placementCandidates(*maps, mapping.range, 0x10000, std::uint64_t{1} << 31))
      for (const MemoryMapping &other : *maps)
        if (inOrder && other.range.overlaps({place, place + 0x10000}))
          std::abort(); // it would be mapped over what is there
  }
  const AddressSearch search({{{0x7f0000000000}, {0x7f0000100000}}}, 1);
  (void)search.find({data, size});
  return 0;
}

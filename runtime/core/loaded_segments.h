// What the program headers of a loaded object say about its place in memory.
//
// They are read from the target, where its program may have changed them: whatever they say, each part that comes out
// of here lies inside of the image that [lowest, end) describes.
#pragma once

#include "runtime/core/elf_view.h"
#include "runtime/core/result.h"

#include <optional>
#include <string>
#include <vector>

namespace livepatch {

struct LoadedSegments {
  LinkAddr lowest, end;              // of PT_LOAD; lowest page-aligned
  std::vector<ElfSegment> loads;     // PT_LOAD, each inside with its whole memory, its file's part no larger than that
  std::vector<ElfSegment> notes;     // PT_NOTE, each inside with its file's part
  std::optional<LinkAddr> headersAt; // PT_PHDR: where the program headers were linked to lie

  [[nodiscard]] std::uint64_t imageSize() const { return end.value - lowest.value; }
  [[nodiscard]] std::uint64_t offsetOf(const ElfSegment &segment) const { return segment.address.value - lowest.value; }
};

// More program headers than any object has, and a larger image than the small code model allows: damage.
inline constexpr std::uint64_t mostProgramHeaders = 256;
inline constexpr std::uint64_t largestImage = std::uint64_t{4} << 30;

// `headers`: the table as it lies in memory. `name` is what messages call the object.
[[nodiscard]] Result<LoadedSegments> loadedSegments(Bytes headers, const std::string &name);

} // namespace livepatch

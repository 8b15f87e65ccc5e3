#include "runtime/core/loaded_segments.h"

#include "runtime/core/elf_record.h"
#include "runtime/core/image_layout.h"

#include <algorithm>
#include <elf.h>
#include <fmt/format.h>

namespace livepatch {
namespace {

// Checked before it is added to anything: sums of these numbers may wrap around.
bool isBelow(std::uint64_t start, std::uint64_t size, std::uint64_t end) {
  return start <= end && size <= end - start;
}

} // namespace

Result<LoadedSegments> loadedSegments(Bytes headers, const std::string &name) {
  const auto unusable = [&] { return error(Fault::Format, fmt::format("{} has no usable segments in memory", name)); };
  LoadedSegments all;
  all.lowest = {UINT64_MAX};
  std::vector<ElfSegment> notes;
  for (std::uint64_t i = 0; i < mostProgramHeaders; ++i) {
    const auto raw = recordAt<Elf64_Phdr>(headers, 0, i);
    if (!raw)
      break;
    const ElfSegment segment{raw->p_type,   raw->p_flags, {raw->p_vaddr}, raw->p_offset,
                             raw->p_filesz, raw->p_memsz, raw->p_align};
    if (segment.type == PT_PHDR)
      all.headersAt = segment.address;
    if (segment.type == PT_NOTE)
      notes.push_back(segment);
    if (segment.type != PT_LOAD)
      continue;
    if (!isBelow(segment.address.value, segment.memorySize, UINT64_MAX) || segment.fileSize > segment.memorySize)
      return unusable();
    all.lowest = std::min(all.lowest, LinkAddr{segment.address.value & ~(pageSize - 1)});
    all.end = std::max(all.end, segment.end());
    all.loads.push_back(segment);
  }
  if (all.lowest >= all.end || all.imageSize() > largestImage)
    return unusable();
  for (const ElfSegment &note : notes)
    if (note.address >= all.lowest && isBelow(note.address.value, note.fileSize, all.end.value))
      all.notes.push_back(note);
  return all;
}

} // namespace livepatch

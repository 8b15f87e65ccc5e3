#include "patchbuild/target/image.h"

#include <algorithm>

namespace livepatch {

std::optional<std::vector<std::uint8_t>> TargetImage::bytesAt(LinkAddr at, std::uint64_t size) const {
  for (const ImageSegment &segment : segments) {
    if (at < segment.address)
      continue;
    const std::uint64_t offset = at.value - segment.address.value;
    if (offset > segment.memorySize || size > segment.memorySize - offset)
      continue;
    std::vector<std::uint8_t> out(size, 0);
    if (offset < segment.bytes.size()) {
      const std::uint64_t held = std::min<std::uint64_t>(size, segment.bytes.size() - offset);
      std::copy_n(segment.bytes.begin() + static_cast<std::ptrdiff_t>(offset), held, out.begin());
    }
    return out;
  }
  return std::nullopt;
}

} // namespace livepatch

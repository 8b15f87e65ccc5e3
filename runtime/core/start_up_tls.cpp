#include "runtime/core/start_up_tls.h"

#include <algorithm>
#include <elf.h>
#include <map>
#include <string_view>

namespace livepatch {
namespace {

std::string_view fileName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// What the program needs, directly or through others. What dlopen() loads has no fixed place.
std::vector<bool> startUpObjects(const std::vector<LoadedObject> &objects, std::size_t executable) {
  // A library without a SONAME is asked for by the name of its file.
  std::multimap<std::string_view, std::size_t> called;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    called.emplace(objects[i].view->soname(), i);
    called.emplace(fileName(objects[i].view->name()), i);
  }
  std::vector<bool> out(objects.size(), false);
  std::vector<std::size_t> queue{executable};
  out[executable] = true;
  while (!queue.empty()) {
    const std::vector<std::string_view> needed = objects[queue.back()].view->needed();
    queue.pop_back();
    for (const std::string_view name : needed)
      for (const std::string_view form : {name, fileName(name)})
        for (auto [at, end] = called.equal_range(form); at != end; ++at)
          if (!out[at->second]) {
            out[at->second] = true;
            queue.push_back(at->second);
          }
  }
  return out;
}

std::uint64_t alignedUp(std::uint64_t value, std::uint64_t align) {
  return (value + align - 1) & ~(align - 1);
}

// Blocks grow away from the thread pointer. What alignment leaves free between two is offered to those that come later.
class Layout {
public:
  std::uint64_t place(const ElfSegment &tls) {
    const std::uint64_t align = std::max<std::uint64_t>(tls.align, 1);
    const std::uint64_t first = (0 - tls.address.value) & (align - 1);
    if (gapEnd_ - gapBegin_ >= tls.memorySize) {
      const std::uint64_t offset = alignedUp(gapBegin_ + tls.memorySize - first, align) + first;
      if (offset <= gapEnd_) {
        gapBegin_ = offset;
        return offset;
      }
    }
    const std::uint64_t offset = alignedUp(end_ + tls.memorySize - first, align) + first;
    if (offset > end_ + tls.memorySize + (gapEnd_ - gapBegin_)) {
      gapBegin_ = end_;
      gapEnd_ = offset - tls.memorySize;
    }
    return end_ = offset;
  }

private:
  std::uint64_t end_ = 0, gapBegin_ = 0, gapEnd_ = 0;
};

bool isSane(const ElfSegment &tls) {
  constexpr std::uint64_t largest = std::uint64_t{1} << 30;
  return tls.memorySize <= largest && tls.align <= largest && (tls.align & (tls.align - 1)) == 0;
}

} // namespace

void layOutStartUpTls(std::vector<LoadedObject> &objects, std::size_t executable) {
  if (executable >= objects.size())
    return;
  const std::vector<bool> startUp = startUpObjects(objects, executable);
  std::vector<std::pair<std::size_t, std::uint64_t>> places;
  bool witnessed = false;
  Layout layout;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const ElfSegment *tls = startUp[i] ? objects[i].view->segment(PT_TLS) : nullptr;
    if (!tls)
      continue;
    if (!isSane(*tls))
      return;
    const std::uint64_t offset = layout.place(*tls);
    if (objects[i].tlsOffset && *objects[i].tlsOffset != offset)
      return; // this loader does it in another way
    witnessed = witnessed || (objects[i].tlsOffset && i != executable);
    places.emplace_back(i, offset);
  }
  if (!witnessed)
    return;
  for (const auto &[object, offset] : places)
    objects[object].tlsOffset = offset;
}

} // namespace livepatch

// A parent of a patch is a folder that somebody names: whatever its manifest, commands and record say, laying it over
// the target gives a map or an Error. The input holds the three, between bytes 0x1e.
#include "patchbuild/parents/stack.h"

#include "runtime/core/map.h"

#include <algorithm>
#include <string_view>

namespace {

std::string_view next(std::string_view &rest) {
  const auto end = std::min(rest.find('\x1e'), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  using namespace livepatch;
  std::string_view rest(reinterpret_cast<const char *>(data), size);
  ParentPatch parent;
  parent.identity = std::string(64, 'a');
  if (auto manifest = parseManifest(next(rest), "fuzz"))
    parent.manifest = std::move(*manifest);
  else
    return 0;
  if (auto commands = parseCommandFile(next(rest), "fuzz"))
    parent.commands = std::move(*commands);
  // Addresses of the patch, the target, the patch's first two parents, and of nobody.
  const std::vector<std::uint64_t> addresses = {
      0x2000, (1ull << 48) + 0x1000, (2ull << 48) + 0x1000, 3ull << 48, 1ull << 63, ~0ull};
  if (auto unit = parseUnit(rest, &addresses, nullptr, "fuzz"))
    parent.map.units.push_back(std::move(*unit));
  parent.image.segments.push_back({{0x2000}, {1, 2, 3}, 64});
  parent.image.pointers[0x2000] = {"f", 0};

  Map target;
  target.object.buildId = "c0ffee";
  MapUnit own;
  own.directory = "/src";
  own.source = "a.c";
  own.functions.resize(1);
  own.functions.front().name = "f";
  own.functions.front().address = LinkAddr{0x1000};
  target.units = {own};
  TargetImage image;
  image.segments.push_back({{0x4000}, std::vector<std::uint8_t>(16), 64});
  if (!checkParents(target, {parent}).ok())
    return 0;
  (void)layOver(target, "/src", {parent});
  (void)layOver(image, {parent});
  return 0;
}

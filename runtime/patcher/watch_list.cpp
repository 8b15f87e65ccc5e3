#include "runtime/patcher/watch_list.h"

#include <algorithm>

namespace livepatch {
namespace {

void addStubs(WatchList &list, const RegionHeader &region) {
  list.stubs.push_back(region.code);
  list.stubs.insert(list.stubs.end(), region.islands.begin(), region.islands.end());
}

} // namespace

WatchList replacedCode(const PatchStack &stack, const RegionHeader &region) {
  WatchList list;
  for (const PatchStack::Version &version : stack.replacedVersions(region))
    list.functions.push_back({version.function, version.range, version.entry});
  for (const RegionHeader &patch : stack.patches())
    addStubs(list, patch);
  addStubs(list, region);
  return list;
}

OldCode oldCode(const PatchStack &stack) {
  OldCode old;
  auto add = [&](const RegionRedirect &redirect, RuntimeAddr start, std::uint64_t size, const std::string &patch,
                 std::optional<RuntimeAddr> entry) {
    std::string name = redirect.name + (patch.empty() ? " (the program's own)" : " (of " + patch + ")");
    auto known = [&](const WatchedFunction &f) { return f.range.start == start; };
    if (size == 0 || std::any_of(old.functions.begin(), old.functions.end(), known))
      return;
    old.functions.push_back({name, {start, start + size}, entry});
    old.versions.push_back({redirect.name, patch});
  };
  for (const FunctionState &function : stack.functions())
    for (const RegionHeader &patch : stack.patches())
      for (const RegionRedirect &redirect : patch.redirects) {
        if (redirect.function != function.function)
          continue;
        if (!function.patch.empty())
          add(redirect, redirect.function, redirect.oldSize, "", redirect.entry);
        bool governs = patch.active && patch.name == function.patch;
        if (!governs && !redirect.toOriginal())
          add(redirect, redirect.newFunction, redirect.newSize, patch.name, std::nullopt);
      }
  return old;
}

} // namespace livepatch

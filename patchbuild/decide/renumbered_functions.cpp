// Functions that carry a number of the compiler's: lambdas ("$_1"), unnamed types, clones ("f.cold.1").
//
// The numbers count through the unit, so a lambda that is added gives its number's bearer to another. A function paired
// by its number would get another one's body.
#include "patchbuild/decide/comparison.h"
#include "patchbuild/decide/numbered_names.h"

#include <algorithm>

namespace livepatch {

namespace {

using Functions = std::vector<const MapFunction *>;

struct Group {
  Functions old, now;
};

const std::string &sourceOf(const MapFunction &function) {
  return function.early.empty() ? function.late : function.early;
}

std::size_t countSame(const Functions &among, const MapFunction &like) {
  return static_cast<std::size_t>(
      std::count_if(among.begin(), among.end(), [&](const MapFunction *f) { return sourceOf(*f) == sourceOf(like); }));
}

void pairGroup(Group group, ComparedUnit &unit) {
  const auto pair = [&](const MapFunction *old, const MapFunction *now) { unit.renumbered[old] = now->name; };
  // The same in number and each the same as before: the numbers mean what they meant.
  const bool sameNames = std::equal(group.old.begin(), group.old.end(), group.now.begin(), group.now.end(),
                                    [](const auto *a, const auto *b) { return a->name == b->name; });
  if (sameNames && std::equal(group.old.begin(), group.old.end(), group.now.begin(),
                              [](const auto *a, const auto *b) { return sourceOf(*a) == sourceOf(*b); }))
    return;
  Functions oldLeft = group.old, nowLeft;
  for (const MapFunction *now : group.now) {
    const auto same = std::find_if(group.old.begin(), group.old.end(),
                                   [&](const MapFunction *old) { return sourceOf(*old) == sourceOf(*now); });
    if (same == group.old.end() || countSame(group.old, *now) != 1 || countSame(group.now, *now) != 1) {
      nowLeft.push_back(now);
      continue;
    }
    pair(*same, now);
    std::erase(oldLeft, *same);
  }
  if (oldLeft.empty() || nowLeft.empty()) {
    for (const MapFunction *now : nowLeft)
      unit.unpaired.push_back({now, {}}); // new ones
    return;
  }
  // None was added or removed: what is left of each side stands in the order of the source.
  if (group.old.size() == group.now.size() && oldLeft.size() == 1)
    return pair(oldLeft.front(), nowLeft.front());
  for (const MapFunction *now : nowLeft)
    unit.unpaired.push_back({now, oldLeft});
}

} // namespace

void pairRenumberedFunctions(const MapUnit &before, const MapUnit &after, ComparedUnit &unit) {
  std::map<std::string, Group> groups;
  for (const MapFunction &old : before.functions)
    if (old.linkage == Linkage::Internal)
      groups[withoutNumbers(old.name)].old.push_back(&old);
  for (const MapFunction &now : after.functions)
    if (now.linkage == Linkage::Internal)
      groups[withoutNumbers(now.name)].now.push_back(&now);
  const auto byName = [](const MapFunction *a, const MapFunction *b) { return a->name < b->name; };
  for (auto &[name, group] : groups) {
    const bool several = group.old.size() > 1 || group.now.size() > 1;
    const bool numbered = !group.now.empty() && group.now.front()->name != name;
    if (group.old.empty() || group.now.empty() || !(several || numbered))
      continue;
    std::sort(group.old.begin(), group.old.end(), byName);
    std::sort(group.now.begin(), group.now.end(), byName);
    pairGroup(group, unit);
  }
}

} // namespace livepatch

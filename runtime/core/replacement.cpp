#include "runtime/core/replacement.h"

#include "runtime/core/hex.h"

#include <algorithm>
#include <fmt/format.h>

namespace livepatch {
namespace {

// Where a patch writes.
std::vector<RuntimeAddr> placesOf(const RegionHeader &region) {
  std::vector<RuntimeAddr> places;
  for (const RegionRedirect &redirect : region.redirects)
    places.push_back(redirect.function);
  for (const RegionData &data : region.data)
    places.push_back(data.at);
  return places;
}

// The redirect that decides where a call goes now: the newest applied one.
const RegionRedirect *governing(const std::vector<RegionHeader> &newestFirst, RuntimeAddr entry) {
  for (const RegionHeader &region : newestFirst)
    for (const RegionRedirect &redirect : region.redirects)
      if (redirect.entry == entry)
        return &redirect;
  return nullptr;
}

bool isStubOf(std::span<const RegionHeader> regions, RuntimeAddr stub, RuntimeAddr entry) {
  return std::any_of(regions.begin(), regions.end(), [&](const RegionHeader &region) {
    return std::any_of(region.redirects.begin(), region.redirects.end(),
                       [&](const RegionRedirect &r) { return r.stub == stub && r.entry == entry; });
  });
}

Result<PlannedRedirect> wayBack(const RegionRedirect &redirect, const PlanInput &input) {
  PlannedRedirect planned;
  planned.name = redirect.name;
  planned.function = redirect.function;
  planned.oldSize = redirect.oldSize;
  planned.entry = redirect.entry;
  planned.original = redirect.newFunction; // of an earlier patch's own function: as it is now
  for (std::size_t i = 0; i < input.targets.size(); ++i)
    if (input.targets[i].range.contains(redirect.function)) {
      planned.object = i;
      planned.original = redirect.entry + input.architecture.entrySize;
    }
  const RuntimeAddr word{redirect.entry.value & ~std::uint64_t{sizeof(EntryWord) - 1}};
  LP_TRY_ASSIGN(const auto bytes, input.read(word, sizeof(EntryWord)));
  const std::uint64_t inside = redirect.entry.value - word.value;
  if (bytes.size() == sizeof(EntryWord))
    if (const auto to = input.architecture.decodeJump(redirect.entry, std::span(bytes).subspan(inside));
        to && isStubOf(input.regions, *to, redirect.entry)) {
      std::copy(bytes.begin(), bytes.end(), planned.originalWord.begin());
      planned.previousTarget = *to;
      return planned;
    }
  return error(Fault::Refused,
               fmt::format("cannot take {} back: its entry at {:#x} no longer holds the redirect of an earlier patch",
                           redirect.name, redirect.entry.value),
               "another tool has changed it; restart the process");
}

} // namespace

Result<std::vector<RegionHeader>> replacedPatches(const PatchStack &stack, const std::string &name,
                                                  const ContentHash &identity, std::span<const AddressRange> objects,
                                                  const std::vector<ManifestParent> &parents) {
  std::vector<RegionHeader> replaced; // oldest first: what was built on one of them comes behind it
  const auto isReplaced = [&](RuntimeAddr place) {
    return std::any_of(replaced.begin(), replaced.end(),
                       [&](const RegionHeader &r) { return r.image.contains(place); });
  };
  for (const RegionHeader &region : stack.patches()) {
    if (PatchStack::statusOf(region) != PatchStatus::Applied || region.identity == identity)
      continue;
    std::size_t inside = 0, elsewhere = 0;
    for (const RuntimeAddr place : placesOf(region)) {
      const bool ours = isReplaced(place) || std::any_of(objects.begin(), objects.end(),
                                                         [&](const AddressRange &o) { return o.contains(place); });
      ++(ours ? inside : elsewhere);
    }
    if (inside == 0)
      continue;
    if (elsewhere != 0)
      return error(
          Fault::Refused,
          fmt::format("{} cannot take the place of {}, which also changes what {} is not for", name, region.name, name),
          fmt::format("revert {} first", region.name));
    if (std::any_of(parents.begin(), parents.end(),
                    [&](const ManifestParent &p) { return p.identity == hexText(region.identity); }))
      return error(Fault::Refused, fmt::format("{} cannot take the place of {}: it was built on it", name, region.name),
                   "build the cumulative patch without --on");
    replaced.push_back(region);
  }
  std::reverse(replaced.begin(), replaced.end());
  return replaced;
}

Result<void> addWaysBack(WritePlan &plan, const PlanInput &input, const std::vector<RegionHeader> &replaced) {
  for (const RegionHeader &region : replaced)
    for (const RegionRedirect &redirect : region.redirects) {
      const auto same = [&](const PlannedRedirect &planned) { return planned.entry == redirect.entry; };
      if (std::any_of(plan.redirects.begin(), plan.redirects.end(), same))
        continue;
      const RegionRedirect *now = governing(replaced, redirect.entry);
      if (now->toOriginal()) // below it everything is off already
        continue;
      LP_TRY_ASSIGN(PlannedRedirect back, wayBack(*now, input));
      plan.redirects.push_back(std::move(back));
    }
  std::sort(plan.redirects.begin(), plan.redirects.end(),
            [](const PlannedRedirect &a, const PlannedRedirect &b) { return a.entry < b.entry; });
  return {};
}

bool canReuse(const PatchStack &stack, const RegionHeader &region, const std::vector<RegionHeader> &replaced) {
  const auto has = [](const RegionHeader &in, const RegionRedirect &wanted) {
    return std::any_of(in.redirects.begin(), in.redirects.end(),
                       [&](const RegionRedirect &r) { return r.entry == wanted.entry; });
  };
  if (replaced.empty())
    return std::none_of(region.redirects.begin(), region.redirects.end(), [&](const RegionRedirect &redirect) {
      return redirect.toOriginal() &&
             std::any_of(stack.patches().begin(), stack.patches().end(), [&](const RegionHeader &other) {
               return PatchStack::statusOf(other) == PatchStatus::Applied && has(other, redirect);
             });
    });
  return region.replaced.size() >= replaced.size() &&
         std::all_of(replaced.begin(), replaced.end(), [&](const RegionHeader &other) {
           return other.sequence < region.sequence &&
                  std::all_of(other.redirects.begin(), other.redirects.end(),
                              [&](const RegionRedirect &redirect) { return has(region, redirect); });
         });
}

} // namespace livepatch

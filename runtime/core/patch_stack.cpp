#include "runtime/core/patch_stack.h"

#include "runtime/core/hex.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace livepatch {
namespace {

bool isApplied(const RegionHeader &region) {
  const PatchStatus status = PatchStack::statusOf(region);
  return status == PatchStatus::Applied || (status == PatchStatus::InMotion && region.active);
}

const RegionRedirect *redirectOf(const RegionHeader &region, RuntimeAddr function) {
  for (const RegionRedirect &redirect : region.redirects)
    if (redirect.function == function)
      return &redirect;
  return nullptr;
}

AddressRange rangeOf(const RegionData &data) {
  return {data.at, data.at + data.fresh.size()};
}

bool isWritten(const RegionData &data) {
  return data.state == DataState::Written || data.state == DataState::Writing || data.state == DataState::Restoring;
}

} // namespace

PatchStack::PatchStack(std::vector<RegionHeader> regions) : patches_(std::move(regions)) {
  std::stable_sort(patches_.begin(), patches_.end(), [](const RegionHeader &a, const RegionHeader &b) {
    return a.sequence != b.sequence ? a.sequence < b.sequence : a.at < b.at;
  });
}

PatchStatus PatchStack::statusOf(const RegionHeader &region) {
  if (region.closed)
    return PatchStatus::InMotion;
  switch (region.state) {
  case RegionState::Filling:
  case RegionState::Loaded:
  case RegionState::Retired:
    return PatchStatus::Abandoned;
  case RegionState::Arming:
  // A patch without data is switched on by its flag alone; the state may not have followed when the tool died.
  case RegionState::Armed:
    return region.active ? PatchStatus::Applied : PatchStatus::Prepared;
  case RegionState::Committing:
  case RegionState::Reverting:
    return PatchStatus::InMotion;
  case RegionState::Committed:
  case RegionState::Reverted:
    break;
  }
  return region.active ? PatchStatus::Applied : PatchStatus::Reverted;
}

std::uint64_t PatchStack::nextSequence() const {
  return patches_.empty() ? 1 : patches_.back().sequence + 1;
}

const RegionHeader *PatchStack::withIdentity(const ContentHash &identity) const {
  for (auto region = patches_.rbegin(); region != patches_.rend(); ++region)
    if (region->identity == identity && statusOf(*region) != PatchStatus::Abandoned)
      return &*region;
  return nullptr;
}

const RegionHeader *PatchStack::named(std::string_view name) const {
  const RegionHeader *inactive = nullptr;
  for (auto region = patches_.rbegin(); region != patches_.rend(); ++region) {
    if (region->name != name || statusOf(*region) == PatchStatus::Abandoned)
      continue;
    if (statusOf(*region) == PatchStatus::Applied || statusOf(*region) == PatchStatus::InMotion)
      return &*region;
    if (!inactive)
      inactive = &*region;
  }
  return inactive;
}

std::vector<FunctionState> PatchStack::functions() const {
  std::map<RuntimeAddr, FunctionState> states;
  for (auto region = patches_.rbegin(); region != patches_.rend(); ++region) { // the newest decides
    if (statusOf(*region) == PatchStatus::Abandoned)
      continue;
    for (const RegionRedirect &redirect : region->redirects) {
      FunctionState &state = states[redirect.function];
      state.function = redirect.function;
      state.name = redirect.name;
      if (!isApplied(*region))
        continue;
      if (state.decided)
        state.buried.push_back(region->name);
      else if (!redirect.toOriginal())
        state.patch = region->name;
      state.decided = true;
    }
  }
  std::vector<FunctionState> list;
  for (auto &[address, state] : states)
    list.push_back(std::move(state));
  return list;
}

std::vector<PatchStack::TakenOver> PatchStack::takenOver(const std::vector<RuntimeAddr> &functions,
                                                         const std::vector<ManifestParent> &parents) const {
  const std::set<RuntimeAddr> wanted(functions.begin(), functions.end());
  std::set<RuntimeAddr> governed; // by a newer one already
  std::vector<TakenOver> out;
  for (auto region = patches_.rbegin(); region != patches_.rend(); ++region) {
    if (!isApplied(*region))
      continue;
    const bool isParent = std::any_of(parents.begin(), parents.end(), [&](const ManifestParent &parent) {
      return parent.identity == hexText(region->identity);
    });
    TakenOver taken{region->name, {}};
    for (const RegionRedirect &redirect : region->redirects)
      if (wanted.contains(redirect.function) && governed.insert(redirect.function).second && !isParent)
        taken.functions.push_back(redirect.name);
    if (!taken.functions.empty())
      out.insert(out.begin(), std::move(taken));
  }
  return out;
}

std::vector<PatchStack::Version> PatchStack::replacedVersions(const RegionHeader &region) const {
  std::vector<Version> versions;
  for (const RegionRedirect &redirect : region.redirects) {
    // Who governs after the switch: a newer applied patch (then nothing changes for this function), `region` itself, or
    // when it goes off, the next one below it.
    const RegionHeader *next = region.active ? nullptr : &region;
    bool covered = false;
    for (const RegionHeader &other : patches_) {
      if (other.at == region.at || !isApplied(other) || !redirectOf(other, redirect.function))
        continue;
      if (other.sequence > region.sequence)
        covered = true;
      else if (region.active)
        next = &other; // ascending order: the newest below stays
    }
    if (covered)
      continue;
    const RegionRedirect *after = next ? redirectOf(*next, redirect.function) : nullptr;
    if (after && !after->toOriginal() && redirect.oldSize != 0)
      versions.push_back(
          {redirect.name, "", {redirect.function, redirect.function + redirect.oldSize}, redirect.entry});
    const auto addVersion = [&](const RegionHeader &other) {
      const RegionRedirect *version = redirectOf(other, redirect.function);
      if (!version || (next && other.at == next->at) || version->newSize == 0)
        return;
      versions.push_back(
          {redirect.name, other.name, {version->newFunction, version->newFunction + version->newSize}, std::nullopt});
    };
    for (const RegionHeader &other : patches_)
      if (statusOf(other) != PatchStatus::Abandoned)
        addVersion(other);
  }
  return versions;
}

Result<RevertPlan> PatchStack::planRevert(std::string_view name) const {
  const RegionHeader *region = named(name);
  if (!region)
    return error(Fault::NotFound, fmt::format("the process has no patch {}", name), "livepatch list shows its patches");
  const PatchStatus status = statusOf(*region);
  if (status != PatchStatus::Applied && status != PatchStatus::InMotion)
    return error(Fault::Already, fmt::format("the patch {} is not applied", name));

  for (const RegionHeader &other : patches_)
    if (isApplied(other) &&
        std::find(other.parents.begin(), other.parents.end(), region->identity) != other.parents.end())
      return error(Fault::Refused,
                   fmt::format("cannot revert {}: the patch {} was built on it and is applied", name, other.name),
                   fmt::format("revert {} first", other.name));

  RevertPlan plan;
  plan.patch = static_cast<std::size_t>(region - patches_.data());
  for (const RegionRedirect &redirect : region->redirects) {
    if (redirect.toOriginal()) // of a patch that it took the place of, and that is off
      continue;
    const bool covered = std::any_of(patches_.begin(), patches_.end(), [&](const RegionHeader &other) {
      return other.sequence > region->sequence && isApplied(other) && redirectOf(other, redirect.function);
    });
    (covered ? plan.covered : plan.restored).push_back(redirect.name);
  }
  plan.needsAgent = status == PatchStatus::InMotion;
  for (std::size_t i = 0; i < region->data.size(); ++i) {
    const RegionData &data = region->data[i];
    if (!isWritten(data))
      continue;
    plan.needsAgent = true;
    bool handedDown = false; // to the next newer one only: what is above it restores to that one's value
    for (const RegionHeader &newer : patches_) {
      if (newer.sequence <= region->sequence || handedDown)
        continue;
      for (std::size_t j = 0; j < newer.data.size(); ++j) {
        const RegionData &above = newer.data[j];
        if (!isWritten(above) || !rangeOf(above).overlaps(rangeOf(data)))
          continue;
        if (rangeOf(above) != rangeOf(data))
          return error(
              Fault::Refused,
              fmt::format("cannot revert {}: the newer patch {} has written a part of {}", name, newer.name, data.name),
              fmt::format("revert {} first", newer.name));
        plan.handDowns.push_back({handDownAddress(*region, i), savedAddress(newer, j)});
        handedDown = true;
      }
    }
  }
  return plan;
}

Result<void> PatchStack::checkParents(const std::string &name, const std::vector<ManifestParent> &parents) const {
  for (const ManifestParent &parent : parents) {
    const auto identity = hexBytes(parent.identity);
    const auto same = [&](const RegionHeader &region) {
      return identity && std::equal(region.identity.begin(), region.identity.end(), identity->begin(), identity->end());
    };
    if (std::any_of(patches_.begin(), patches_.end(), [&](const RegionHeader &r) { return same(r) && isApplied(r); }))
      continue;
    const bool reverted = std::any_of(patches_.begin(), patches_.end(), same);
    const RegionHeader *named = this->named(parent.name);
    const char *why = reverted ? "which is reverted in the process"
                      : named  ? "and the process has another patch of that name"
                               : "which the process does not have";
    return error(Fault::Refused, fmt::format("the patch {} was built on the patch {}, {}", name, parent.name, why),
                 fmt::format("apply {} first, or build {} without it", parent.name, name));
  }
  return {};
}

Result<void> PatchStack::checkReapply(const RegionHeader &region) const {
  for (const RegionHeader &newer : patches_) {
    if (newer.sequence <= region.sequence || !isApplied(newer))
      continue;
    const auto refuse = [&](const std::string &what) {
      return error(Fault::Refused,
                   fmt::format("cannot apply {} again: the newer patch {} governs {}", region.name, newer.name, what),
                   fmt::format("revert {} first, or build a patch on top of it", newer.name));
    };
    for (const RegionRedirect &redirect : region.redirects)
      if (redirectOf(newer, redirect.function))
        return refuse(redirect.name);
    for (const RegionData &data : region.data)
      for (const RegionData &above : newer.data)
        if (isWritten(above) && rangeOf(above).overlaps(rangeOf(data)))
          return refuse(data.name);
  }
  return {};
}

} // namespace livepatch

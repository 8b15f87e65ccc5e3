#include "runtime/patcher/tidying.h"

#include "runtime/patcher/region_placement.h"

#include <algorithm>
#include <thread>

namespace livepatch {
namespace {

constexpr auto agentLimit = std::chrono::seconds(2);
constexpr auto pauseBetweenLooks = std::chrono::milliseconds(5);

bool inMotion(const RegionHeader &region) {
  return PatchStack::statusOf(region) == PatchStatus::InMotion;
}

} // namespace

Result<void> tidy(TargetSession &session) {
  const auto limit = Clock::now() + agentLimit;
  auto someInMotion = [&] {
    const auto &patches = session.patches().patches();
    return std::any_of(patches.begin(), patches.end(), inMotion);
  };
  while (someInMotion() && Clock::now() < limit) {
    std::this_thread::sleep_for(pauseBetweenLooks);
    LP_TRY(session.refresh());
  }
  // A copy: removing changes the session's own list.
  const std::vector<RegionHeader> all = session.patches().patches();
  bool removed = false;
  for (const RegionHeader &region : all) {
    if (PatchStack::statusOf(region) != PatchStatus::Abandoned)
      continue;
    LP_TRY_ASSIGN([[maybe_unused]] bool gone, removeRegion(session, region));
    removed = true;
  }
  if (removed)
    LP_TRY(session.refresh());
  return {};
}

} // namespace livepatch

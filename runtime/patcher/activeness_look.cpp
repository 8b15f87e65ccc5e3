#include "runtime/patcher/activeness_look.h"

#include "runtime/linux/stack_samples.h"

#include <algorithm>

namespace livepatch {

Result<ActivenessLook::Finding> ActivenessLook::at(std::span<const SeizedThread> stopped, Clock::time_point end) {
  LP_TRY_ASSIGN(std::vector<ThreadSample> samples, sampleStacks(session_.process(), session_.memory(), maps_, stopped));
  Finding finding;
  finding.occupants = finder_.find(samples);
  auto suspected = [](const Occupant &occupant) { return occupant.evidence == Evidence::StackWord; };
  if (std::none_of(finding.occupants.begin(), finding.occupants.end(), suspected))
    return finding;
  if (!unwinder_) {
    finding.wantsUnwinder = true;
    return finding;
  }
  // Only the suspected ones: exact unwinding costs a hundred times more than a look at the raw words.
  for (ThreadSample &sample : samples) {
    auto isOfSample = [&](const Occupant &o) { return o.threadId == sample.threadId && suspected(o); };
    if (std::none_of(finding.occupants.begin(), finding.occupants.end(), isOfSample))
      continue;
    auto thread =
        std::find_if(stopped.begin(), stopped.end(), [&](const SeizedThread &t) { return t.tid() == sample.threadId; });
    if (thread != stopped.end())
      sample.returns = unwinder_->returnAddresses(*thread, end);
    if (Clock::now() > end) {
      finding.tooLong = true;
      return finding;
    }
  }
  finding.occupants = finder_.find(samples);
  return finding;
}

Result<void> ActivenessLook::refreshMaps() {
  LP_TRY_ASSIGN(std::string text, session_.process().mapsText());
  LP_TRY_ASSIGN(maps_, parseMemoryMaps(text));
  return {};
}

Result<void> ActivenessLook::prepareUnwinder() {
  // The old one first: it refers to the modules that are replaced here.
  unwinder_.reset();
  LP_TRY(refreshMaps());
  LP_TRY_ASSIGN(modules_, readModules(session_.process(), session_.memory(), maps_));
  unwinder_ = std::make_unique<StackUnwinder>(session_.process(), session_.memory(), modules_);
  return {};
}

} // namespace livepatch

// The V and P half of a write plan (core/write_plan.h).
#pragma once

#include "runtime/core/write_plan.h"

namespace livepatch {

class DataPlanner {
public:
  explicit DataPlanner(const PlanInput &input) : input_(input) {}
  [[nodiscard]] Result<PlannedData> plan(const Command &command, std::vector<std::string> &notes) const;

private:
  struct Place {
    std::string name;
    std::size_t object = 0;
    RuntimeAddr at;
  };
  [[nodiscard]] Result<Place> findPlace(const Command &command, std::uint64_t size) const;
  [[nodiscard]] Result<void> planPointer(const Command &command, PlannedData &data) const;
  [[nodiscard]] Result<std::vector<std::uint8_t>> guardBytes(const Guard &guard, const Place &place,
                                                             CommandKind kind) const;
  // The address that a name means outside of the patch: the target's symbol, else a library's.
  [[nodiscard]] Result<RuntimeAddr> addressOf(const SymbolReference &reference) const;

  const PlanInput &input_;
};

// An address as it lies in the target's memory.
[[nodiscard]] std::vector<std::uint8_t> pointerBytes(RuntimeAddr address);

} // namespace livepatch

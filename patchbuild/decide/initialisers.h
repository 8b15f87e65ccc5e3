// Changed initialisers of the program's writable variables, as writes into its live memory.
//
// What the variable began with in the running program is read from the target's file; what it would begin with now
// stands in the analysis. Each write is guarded by the former: where the program has stored something else meanwhile,
// its value stays.
#pragma once

#include "patchbuild/decide/deciding.h"

#include <cstdint>
#include <string>
#include <vector>

namespace livepatch {

struct InitialiserChange {
  std::size_t unit = 0; // index in the comparison
  const ComparedVariable *variable = nullptr;
  std::uint64_t offset = 0;
  std::vector<std::uint8_t> bytes; // for a V line: new bytes
  std::string symbol;              // for a P line: what to point at, as the unit calls it
  bool null = false;               // a P line that points at nothing
  std::int64_t addend = 0;
  Guard guard = NullPointerGuard{};
};

[[nodiscard]] std::vector<InitialiserChange> changedInitialisers(Deciding &deciding);

} // namespace livepatch

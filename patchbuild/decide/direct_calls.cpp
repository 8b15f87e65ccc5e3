#include "patchbuild/decide/direct_calls.h"

#include "patchbuild/parents/object_space.h"

#include <algorithm>

namespace livepatch {
namespace {

// Whether the newest code of both is in the same earlier patch, and the callee's entry somewhere below it.
bool callsDirectly(const Deciding &deciding, const ComparedFunction &caller, const ComparedFunction &callee) {
  if (!caller.base->address || !callee.base->address)
    return false;
  for (std::size_t parent = 0; parent < deciding.parentEntries.size(); ++parent) {
    const std::set<LinkAddr> &redirected = deciding.parentEntries[parent];
    const bool hasCaller =
        redirected.contains(*caller.base->address) || fromSpace(*caller.base->address).object == parent + 1;
    if (hasCaller && redirected.contains(*callee.base->address))
      return true;
  }
  return false;
}

bool uses(const MapFunction &function, const std::string &name) {
  return std::find(function.uses.begin(), function.uses.end(), name) != function.uses.end();
}

// One more round through the unit; true where it found something.
bool addCallers(const Deciding &deciding, ComparedUnit &unit) {
  bool found = false;
  for (const auto &[calleeName, callee] : unit.functions) {
    if (!callee.base || !callee.isReplaced())
      continue;
    for (auto &[name, caller] : unit.functions) {
      if (!caller.base || caller.isReplaced() || !uses(*caller.base, callee.base->name) ||
          !callsDirectly(deciding, caller, callee))
        continue;
      caller.because.push_back("direct-call " + calleeName);
      found = true;
    }
  }
  return found;
}

} // namespace

void replaceDirectCallers(Deciding &deciding) {
  if (deciding.parentEntries.empty())
    return;
  for (ComparedUnit &unit : deciding.comparison.units)
    while (addCallers(deciding, unit)) {
    }
}

} // namespace livepatch

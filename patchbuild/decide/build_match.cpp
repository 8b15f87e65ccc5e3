#include "patchbuild/decide/build_match.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {

namespace {

Error mismatch(const CompiledUnit &unit, const std::string &what, const std::string &old, const std::string &now) {
  return error(Fault::Mismatch,
               fmt::format("{} does not fit the target: its {} was {} and is now {}", unit.id, what,
                           old.empty() ? "none" : old, now.empty() ? "none" : now),
               "build the patch with the compiler and the flags that the target was built with");
}

std::string firstNotIn(const std::vector<std::string> &some, const std::vector<std::string> &others) {
  for (const std::string &item : some)
    if (std::find(others.begin(), others.end(), item) == others.end())
      return item;
  return {};
}

} // namespace

Result<void> checkSameBuild(const std::vector<CompiledUnit> &units) {
  for (const CompiledUnit &unit : units) {
    if (!unit.base)
      continue;
    const MapUnit &old = *unit.base;
    const MapUnit &now = unit.unit;
    if (old.compiler.name != now.compiler.name || old.compiler.version != now.compiler.version)
      return mismatch(unit, "compiler", old.compiler.name + " " + old.compiler.version,
                      now.compiler.name + " " + now.compiler.version);
    if (old.compiler.plugin != now.compiler.plugin)
      return mismatch(unit, "plugin version", std::to_string(old.compiler.plugin), std::to_string(now.compiler.plugin));
    if (old.optimization != now.optimization)
      return mismatch(unit, "optimisation level", old.optimization, now.optimization);
    if (old.moduleFlags != now.moduleFlags)
      return mismatch(unit, "module flag", firstNotIn(old.moduleFlags, now.moduleFlags),
                      firstNotIn(now.moduleFlags, old.moduleFlags));
  }
  return {};
}

} // namespace livepatch

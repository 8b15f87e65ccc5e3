#include "patchbuild/cli/base_match.h"

#include "patchbuild/cli/progress.h"
#include "patchbuild/source/base_contents.h"
#include "patchbuild/source/first_few.h"
#include "patchbuild/source/paths.h"
#include "patchbuild/source/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace livepatch {
namespace {

std::string remedyFor(const SourceChange &change) {
  return change.oldRevision.empty()
             ? "give the sources, the build folder and the compiler of the target's own build"
             : "give the revision that the target was built from as --old-rev, and generated files as they were then";
}

} // namespace

Result<void> checkBase(const Options &options, const CompileSettings &settings, const BaseTree &tree,
                       const std::set<std::size_t> &concerned, Prepared &prepared) {
  const SourceChange &change = prepared.change;
  // What is compiled for the patch has to start from the target's code. The rest counts where the change speaks of all
  // sources: a file that differs from the target's but not between old and new would be missing in the patch.
  std::set<std::size_t> suspects;
  if (options.verifyBase)
    suspects = concerned;
  std::vector<std::string> others, passed;
  for (const OtherText &other : otherTexts(*prepared.map, tree, change)) {
    const bool isVersioned = change.versioned.contains(other.path);
    const bool isCompiled =
        std::any_of(other.units.begin(), other.units.end(), [&](std::size_t unit) { return concerned.contains(unit); });
    for (const std::size_t unit : other.units)
      if (isVersioned || concerned.contains(unit))
        suspects.insert(unit);
    (isVersioned || isCompiled ? others : passed).push_back(relativeTo(other.path, change.root));
  }
  if (!passed.empty())
    prepared.warnings.push_back(fmt::format("not as the target was built from, and not part of the change: {}; what "
                                            "differs there is not in the patch",
                                            firstFew(passed)));
  if (suspects.empty())
    return {};
  if (!others.empty())
    tell(options, fmt::format("other texts than the target was built from: {}; comparing {} units", firstFew(others),
                              suspects.size()));
  const Result<void> same = verifyBase(*prepared.map, change, suspects, settings);
  if (same.ok() || same.failure().fault != Fault::Mismatch || others.empty())
    return same;
  Error failure = same.failure();
  failure.message += fmt::format(" (other texts: {})", firstFew(others));
  failure.remedy = remedyFor(change);
  return failure;
}

} // namespace livepatch

#include "patchbuild/decide/decide.h"

#include "patchbuild/decide/aliases.h"
#include "patchbuild/decide/assembly.h"
#include "patchbuild/decide/binding.h"
#include "patchbuild/decide/build_match.h"
#include "patchbuild/decide/constants.h"
#include "patchbuild/decide/initialisers.h"
#include "patchbuild/decide/instrumentation.h"
#include "patchbuild/decide/lambdas.h"
#include "patchbuild/decide/layouts.h"
#include "patchbuild/decide/linker_sets.h"
#include "patchbuild/decide/local_classes.h"
#include "patchbuild/decide/moved_variables.h"
#include "patchbuild/decide/places.h"
#include "patchbuild/decide/rebound_names.h"
#include "patchbuild/decide/selection.h"
#include "patchbuild/decide/variables.h"
#include "patchbuild/decide/warnings.h"

#include <algorithm>
#include <tuple>

namespace livepatch {

namespace {

void sortVerdict(Verdict &verdict) {
  for (Refusal &refusal : verdict.refusals)
    if (refusal.users.empty())
      refusal.users.push_back("no code of the target by its name");
  const auto byPlace = [](const auto &a, const auto &b) {
    return std::tie(a.place, a.thing) < std::tie(b.place, b.thing);
  };
  std::stable_sort(verdict.refusals.begin(), verdict.refusals.end(), byPlace);
  std::stable_sort(verdict.warnings.begin(), verdict.warnings.end(), byPlace);
  // A header's change is seen once in each unit that reads it.
  const auto sameRefusal = [](const Refusal &a, const Refusal &b) {
    return std::tie(a.rule, a.thing, a.place, a.newDefinition) == std::tie(b.rule, b.thing, b.place, b.newDefinition);
  };
  verdict.refusals.erase(std::unique(verdict.refusals.begin(), verdict.refusals.end(), sameRefusal),
                         verdict.refusals.end());
  const auto sameWarning = [](const Warning &a, const Warning &b) {
    return std::tie(a.kind, a.thing, a.message) == std::tie(b.kind, b.thing, b.message);
  };
  verdict.warnings.erase(std::unique(verdict.warnings.begin(), verdict.warnings.end(), sameWarning),
                         verdict.warnings.end());
}

void applyRules(Deciding &deciding) {
  // What must not change at all.
  checkLayouts(deciding);
  checkVariables(deciding);
  checkAssembly(deciding);
  checkLambdas(deciding);
  checkLocalClasses(deciding);
  checkAliases(deciding);
  checkLinkerSets(deciding);

  // What the patch has to hold.
  replaceConstants(deciding);
  replaceUsersOfReboundNames(deciding);
  const std::vector<InitialiserChange> initialisers = changedInitialisers(deciding);
  selectDefinitions(deciding, initialisers);

  // What it is called, and what it does not reach. Names are only sure where nothing is refused.
  addWarnings(deciding);
  if (deciding.verdict.refusals.empty() && deciding.verdict.neededUnits.empty())
    bindPatch(deciding, initialisers);
}

} // namespace

Result<Verdict> decide(const DecisionInput &input) {
  LP_TRY(checkSameBuild(input.units));
  const BaseIndex index(input.base, input.change.recordedRoot, input.image.librarySymbols);
  const PlaceNames places(input.base, input.units, input.change.recordedRoot);
  Deciding deciding{index, input.image, input.change, places, compareUnits(index, input.units), {}, input.parentEntries,
                    {}};
  pairRenamedVariables(index, deciding.comparison);
  if (!refuseInstrumented(deciding))
    applyRules(deciding);
  makePlacesRelative(deciding.verdict, places);
  sortVerdict(deciding.verdict);
  return std::move(deciding.verdict);
}

} // namespace livepatch

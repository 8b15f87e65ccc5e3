// What the rules share while a decision is taken: the inputs, the comparison, and the verdict as far as it has got.
#pragma once

#include "patchbuild/decide/comparison.h"
#include "patchbuild/decide/verdict.h"
#include "patchbuild/target/image.h"

#include <set>
#include <string>
#include <vector>

namespace livepatch {

class PlaceNames;

struct Deciding {
  const BaseIndex &index;
  const TargetImage &image;
  const SourceChange &change;
  const PlaceNames &places;
  Comparison comparison;
  Verdict verdict;
  // Of each patch below this one, the entries that it redirects (object_space.h).
  const std::vector<std::set<LinkAddr>> &parentEntries;
  std::vector<const RecordLayout *> localTypes{}; // changed, and no object of them is shared by old and new code
  std::set<std::string> leftToLibraries{};        // the target defines them, the new program takes a library's

  void refuse(Refusal refusal) { verdict.refusals.push_back(std::move(refusal)); }
  void warn(std::string kind, std::string thing, std::string place, std::string message) {
    verdict.warnings.push_back({std::move(kind), std::move(thing), std::move(place), std::move(message)});
  }
};

// "int counter, 4 bytes": a variable in a message.
[[nodiscard]] std::string describe(const MapVariable &variable);
// "src/a.c:7"
[[nodiscard]] std::string placeText(const Deciding &deciding, const std::string &place);
// "int f(int)"
[[nodiscard]] std::string describe(const MapFunction &function);

// "n at src/a.c:7, n.1 at src/a.c:9": things that one may be mistaken for.
template <typename Thing>
[[nodiscard]] std::string listOf(const Deciding &deciding, const std::vector<const Thing *> &things) {
  std::string out;
  for (const Thing *thing : things)
    out += (out.empty() ? "" : ", ") + thing->name + (thing->place.empty() ? "" : " at ") +
           placeText(deciding, thing->place);
  return out;
}

// Names of users for a message, each once, those in the patch's own units first, at most `limit` and then "...".
[[nodiscard]] std::vector<std::string> userNames(const Deciding &deciding, const std::vector<BaseUser> &users,
                                                 std::size_t limit = 12);

// True where the unit was compiled anew and `function` is replaced by the patch or is no longer there.
[[nodiscard]] bool leavesWithPatch(const Deciding &deciding, const BaseUser &user);

} // namespace livepatch

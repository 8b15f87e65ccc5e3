// Places in the sources as people and patches name them: relative to the source root, never to a machine or to the
// folder that a compiler ran in.
#pragma once

#include "patchbuild/compile/recompile.h"
#include "patchbuild/decide/verdict.h"

#include <map>
#include <string>
#include <vector>

namespace livepatch {

class PlaceNames {
public:
  PlaceNames(const Map &base, const std::vector<CompiledUnit> &units, std::string root);

  // "acl.c:812", compiled in /build/redis/src, is "src/acl.c:812". What lies outside of the root, and a name that
  // means several files, stays as it is.
  [[nodiscard]] std::string relative(const std::string &place) const;

private:
  void enter(const MapUnit &unit);

  std::string root_;
  std::map<std::string, std::string> files_; // as a compiler named it -> absolute; empty: several
};

// All places of the verdict.
void makePlacesRelative(Verdict &verdict, const PlaceNames &names);

} // namespace livepatch

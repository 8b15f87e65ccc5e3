// Symbol names inside a patch. The same inputs give the same names: units in the order of their ids, names sorted.
#pragma once

#include "patchbuild/decide/comparison.h"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace livepatch {

class PatchNames {
public:
  explicit PatchNames(const Comparison &comparison);

  // The name of a definition that the patch holds; empty for what it does not hold.
  [[nodiscard]] const std::string &of(std::size_t unit, const std::string &name) const;

  // A name that nothing in the patch has: `wanted`, else wanted.2, wanted.3, ...
  [[nodiscard]] std::string fresh(const std::string &wanted);

private:
  std::map<std::pair<std::size_t, std::string>, std::string> names_;
  std::set<std::string> taken_;
};

} // namespace livepatch

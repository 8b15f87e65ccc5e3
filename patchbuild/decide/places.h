// Places in the sources as people and patches name them: relative to the source root, never to a machine.
#pragma once

#include "patchbuild/decide/verdict.h"

#include <string>
#include <string_view>

namespace livepatch {

// "/build/redis/src/acl.c:812" -> "src/acl.c:812". What lies outside of the root stays as it is.
[[nodiscard]] std::string relativePlace(const std::string &place, std::string_view root);

// All places of the verdict.
void makePlacesRelative(Verdict &verdict, std::string_view root);

} // namespace livepatch

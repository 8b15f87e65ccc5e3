// Names that the link of the target exchanged: `--wrap=malloc` leads references to malloc to __wrap_malloc, and those
// to
// __real_malloc to malloc. The map's own references are led astray as well, so a patch has to leave them alone.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

// True for a name that was exchanged, and for one that took its place.
[[nodiscard]] bool isWrapped(const Deciding &deciding, const std::string &name);

} // namespace livepatch

// Where the dynamic loader put the TLS blocks of the libraries that it loaded with the program.
#pragma once

#include "runtime/core/resolve.h"

namespace livepatch {

// Gives libraries that the program was started with their tlsOffset where no relocation tells it: the loader lays the
// blocks out one after the other, in the order of `objects`, by a rule that glibc has kept since 2003. Only where the
// rule gives just what is known of the others; a library must be among those.
void layOutStartUpTls(std::vector<LoadedObject> &objects, std::size_t executable);

} // namespace livepatch

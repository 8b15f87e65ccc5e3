#include "patchbuild/decide/signatures.h"

namespace livepatch {

bool sameSignature(const MapFunction &old, const MapFunction &now) {
  if (old.convention != now.convention)
    return false;
  // A function that the compiler made has no declared type.
  return old.type.empty() || now.type.empty() || sameType(old, now);
}

} // namespace livepatch

// Record layouts: what lives in the running program's memory keeps its shape.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

// Refuses each record type that both sides have and that differs in more than the names of its fields; warns of
// enumerators that have another value.
void checkLayouts(Deciding &deciding);

// In words, how `now` differs from `old`, one entry per difference; empty where objects of the two are the same bytes
// with the same meaning.
[[nodiscard]] std::vector<std::string> layoutDifferences(const RecordLayout &old, const RecordLayout &now);

} // namespace livepatch

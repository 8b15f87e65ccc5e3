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

// Why objects of the type may be seen by old and new code alike; empty where all of them are locals of functions that
// run either wholly old or wholly new code (local_types.cpp).
[[nodiscard]] std::string sharedBecause(const Deciding &deciding, const RecordLayout &type);
// Functions whose interface speaks of such a type are other functions to their callers.
void renewInterfaces(Deciding &deciding, const RecordLayout &type);

} // namespace livepatch

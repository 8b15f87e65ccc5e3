// Which of the unit's record types live only in locals of its functions: only for an analysis (map-out=).
//
// A layout may change where no object of it is shared between old code and new. That holds if all objects are automatic
// variables, and pointers to them go nowhere but into other such variables and arguments of known functions. Whatever
// is not certainly of that kind counts as an escape: a conversion to another type, a variable that outlives its
// function, a field, a captured one, anything that the walk does not know.
#pragma once

#include "clang-plugin/unit_facts.h"

#include "clang/AST/ASTContext.h"

namespace livepatch {

// Adds to each of `facts.records` that is a struct, class or union what the unit does with it.
void addTypeUses(clang::ASTContext &context, UnitFacts &facts);

} // namespace livepatch

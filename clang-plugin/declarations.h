// Collects the declarations of a parsed unit: functions, variables, record types.
#pragma once

#include "clang-plugin/unit_facts.h"

#include "clang/AST/ASTContext.h"

namespace livepatch {

void collectDeclarations(clang::ASTContext &context, UnitFacts &facts);

} // namespace livepatch

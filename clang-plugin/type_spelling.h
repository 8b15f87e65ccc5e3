// How types and places are written in the map.
#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/PrettyPrinter.h"

#include <string>

namespace livepatch {

// As written, typedef names kept: `char *` and `sds` are different types although the machine sees none of it. Never
// with a place in it ("unnamed struct at ..."): lines move.
clang::PrintingPolicy spellingPolicy(const clang::ASTContext &context);

std::string spellType(clang::QualType type, const clang::PrintingPolicy &policy);
// What the names in `spelled` stand for, where they stand for something else: two types of one spelling are only the
// same if this is, too (`typedef int level;` may become `typedef unsigned level;`). Long ones as a hash.
std::string typeMeaning(clang::QualType type, const std::string &spelled, const clang::PrintingPolicy &policy);

// "struct client", "class ns::Session"; for an unnamed type the typedef that names it, or what is in it.
std::string spellTag(const clang::TagDecl &tag, const clang::PrintingPolicy &policy);

// "src/acl.c:812", as a compiler message would say it.
std::string spellPlace(const clang::ASTContext &context, clang::SourceLocation location);

} // namespace livepatch

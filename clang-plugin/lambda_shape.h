// What a lambda is, apart from its number.
#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"

#include <string>
#include <vector>

namespace livepatch {

// Parameters and captures by name and type: what a closure in memory looks like, and how it is called.
std::string lambdaShape(const clang::CXXRecordDecl &closure, const clang::ASTContext &context);

// A hash of its tokens, blind to comments, white space, and the #line directives by which patchbuild keeps line
// numbers.
std::string lambdaText(const clang::CXXRecordDecl &closure, const clang::ASTContext &context);
// The same of any piece of source.
std::string sourceText(clang::SourceLocation first, clang::SourceLocation last, const clang::ASTContext &context);

// The closures that the name of a template's instance speaks of: they are among its arguments, or it stands in one.
std::vector<clang::CXXRecordDecl *> mentionedClosures(const clang::DeclaratorDecl &instance);

} // namespace livepatch

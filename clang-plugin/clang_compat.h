// The differences between the Clang versions that the plugin is built for; llvm_compat.h has those of LLVM.
#pragma once

#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/Version.h"

#include <cstdint>

namespace livepatch {

inline bool isPure(const clang::CXXMethodDecl &method) {
#if CLANG_VERSION_MAJOR < 18
  return method.isPure();
#else
  return method.isPureVirtual();
#endif
}

inline std::uint64_t bitWidth(const clang::FieldDecl &field, const clang::ASTContext &context) {
#if CLANG_VERSION_MAJOR < 20
  return field.getBitWidthValue(context);
#else
  static_cast<void>(context);
  return field.getBitWidthValue();
#endif
}

} // namespace livepatch

// The differences between the Clang versions that the plugin is built for; llvm_compat.h has those of LLVM.
#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Mangle.h"
#include "clang/Basic/Version.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/PreprocessorOptions.h"

#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>

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

// The time that SOURCE_DATE_EPOCH gives instead of the clock's; older versions do not look at it.
inline std::optional<std::time_t> sourceDateEpoch(const clang::Preprocessor &preprocessor) {
#if CLANG_VERSION_MAJOR < 16
  static_cast<void>(preprocessor);
  return std::nullopt;
#else
  const auto &epoch = preprocessor.getPreprocessorOpts().SourceDateEpoch;
  return epoch ? std::optional(static_cast<std::time_t>(*epoch)) : std::nullopt;
#endif
}

// "_ZTSZ1fvEUlvE_": what typeid calls a class.
inline std::string mangledTypeName(const clang::CXXRecordDecl &type, clang::ASTContext &context) {
  const std::unique_ptr<clang::MangleContext> names(context.createMangleContext());
  std::string name;
  llvm::raw_string_ostream out(name);
#if CLANG_VERSION_MAJOR < 18
  names->mangleCXXRTTIName(context.getRecordType(&type), out);
#else
  names->mangleCXXRTTIName(context.getRecordType(&type), out, false);
#endif
  return out.str();
}

// `local`: the number does not make it visible to other units, as the compiler's own numbers do.
inline void setLambdaNumber(clang::CXXRecordDecl &closure, unsigned number, bool local) {
#if CLANG_VERSION_MAJOR < 17
  closure.setLambdaMangling(number, closure.getLambdaContextDecl(), local);
#else
  clang::CXXRecordDecl::LambdaNumbering numbering = closure.getLambdaNumbering();
  numbering.ManglingNumber = number;
  numbering.HasKnownInternalLinkage = local;
  closure.setLambdaNumbering(numbering);
#endif
}

} // namespace livepatch

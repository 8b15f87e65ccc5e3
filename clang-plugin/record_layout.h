// Layouts of the unit's own structs, classes, unions and enums: what a change must not touch while values of them live.
#pragma once

#include "clang-plugin/unit_facts.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Mangle.h"
#include "clang/AST/PrettyPrinter.h"

namespace livepatch {

class RecordLayouts {
public:
  explicit RecordLayouts(clang::ASTContext &context);

  // Takes complete definitions outside system headers; anything else is passed over.
  void add(const clang::TagDecl &tag);
  std::vector<RecordType> take(); // sorted by hash, each once

private:
  void describe(llvm::json::OStream &out, const clang::RecordDecl &record);
  void describe(llvm::json::OStream &out, const clang::EnumDecl &enumeration);
  void fields(llvm::json::OStream &out, const clang::RecordDecl &record, const std::string &prefix,
              std::uint64_t bitOffset);
  void bases(llvm::json::OStream &out, const clang::CXXRecordDecl &record);
  void virtualFunctions(llvm::json::OStream &out, const clang::CXXRecordDecl &record);

  clang::ASTContext &context_;
  clang::PrintingPolicy policy_;
  clang::ASTNameGenerator names_;
  std::vector<RecordType> records_;
};

} // namespace livepatch

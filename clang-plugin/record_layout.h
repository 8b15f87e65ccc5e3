// Layouts of the unit's own structs, classes, unions and enums: what a change must not touch while values of them live.
#pragma once

#include "clang-plugin/unit_facts.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Mangle.h"
#include "clang/AST/PrettyPrinter.h"
#include "llvm/ADT/DenseSet.h"

namespace livepatch {

class RecordLayouts {
public:
  explicit RecordLayouts(clang::ASTContext &context);

  // Takes complete definitions outside system headers; anything else is passed over.
  void add(const clang::TagDecl &tag);
  // A record without a name that `type` is or leads to: `struct { int a; } *list;` declares one, and objects of it
  // live. It is called after what it was declared for.
  void addUnnamed(clang::QualType type, const std::string &owner);
  std::vector<RecordType> take(); // sorted by hash, each once

private:
  // The same few types stand in very many fields of the headers that a unit reads.
  struct FieldType {
    std::string spelled, means;
  };
  const FieldType &fieldType(clang::QualType type);

  void addNamed(const clang::TagDecl &tag, const std::string &name);
  void addUnnamedOfFields(const clang::RecordDecl &record, const std::string &owner);
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
  std::unordered_map<const void *, FieldType> fieldTypes_; // references into it stay valid
  llvm::DenseSet<const clang::RecordDecl *> unnamed_;      // those that have been called after something
};

} // namespace livepatch

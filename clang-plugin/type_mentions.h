// The record types that a type speaks of.
#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace livepatch {

struct Mention {
  llvm::SmallVector<const clang::RecordDecl *, 2> records; // canonical, not from system headers
  // Only the record itself, pointers and references to it, and arrays of these.
  bool simple = true;
  explicit operator bool() const { return !records.empty(); }
};

class TypeMentions {
public:
  explicit TypeMentions(const clang::ASTContext &context) : context_(context) {}
  const Mention &of(clang::QualType type);
  [[nodiscard]] bool isSystem(const clang::Decl &declaration) const;
  // The result, the parameters, and the object of a method.
  Mention ofSignature(const clang::FunctionDecl &function);

private:
  void add(clang::QualType type, Mention &mention, bool simple, unsigned depth);
  void addRecord(const clang::RecordDecl &record, Mention &mention, bool simple, unsigned depth);

  const clang::ASTContext &context_;
  llvm::DenseMap<const clang::Type *, Mention> known_;
};

} // namespace livepatch

// Numbers lambdas so that a number means the same lambda in the target and in a patch.
//
// The compiler numbers some lambdas by their place in the source ("UlvE0_"): units built without us count on those
// numbers, so the target keeps them. Others it numbers as it meets them ("$_0", which differs between Clang's
// versions): those get their place in the source as well. In a compile for a patch all get the numbers of the target's
// map. Must see each declaration before code is generated for it; linkage and code stay what they were.
#pragma once

#include "clang-plugin/lambda_pairing.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Mangle.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <map>
#include <string>
#include <vector>

namespace livepatch {

class LambdaNumbers {
public:
  // `old`: the target's lambdas of this unit; none while the target is built.
  LambdaNumbers(clang::ASTContext &context, const std::vector<Lambda> &old);

  void see(const clang::Decl &declaration);

  // True for an instance of a template whose name speaks of a lambda that has no number yet, because the function
  // around it is still being read. No code may be generated for it before that function was seen.
  bool isTooEarly(const clang::FunctionDecl &function) const;

  // How many have their number by now.
  std::size_t numbered() const { return numbered_.size(); }

  // What the map records. Each instance of a template has its own; templates themselves have no code.
  std::vector<Lambda> take() { return std::move(lambdas_); }

private:
  using Closures = std::vector<clang::CXXRecordDecl *>;

  void function(const clang::FunctionDecl &function);
  void variable(const clang::VarDecl &variable);
  void members(const clang::CXXRecordDecl &type);
  void listLocalClass(const clang::CXXRecordDecl &type, const std::string &function);
  void defaultArguments(const clang::FunctionDecl &function);
  std::string scopeOf(const clang::Decl &declaration) const;
  void inside(const clang::FunctionDecl &function);
  void number(const Closures &closures, const std::string &scope, const std::string &context);
  bool waitsForNumber(const clang::CXXRecordDecl &closure) const;
  void numberEarly(clang::CXXRecordDecl &closure);
  void give(clang::CXXRecordDecl &closure, Lambda lambda);
  unsigned naturalNumber(const clang::CXXRecordDecl &closure, const std::string &scope);
  unsigned &nextIn(const std::string &scope);
  std::string nameOf(const clang::FunctionDecl &function);

  clang::ASTContext &context_;
  clang::ASTNameGenerator names_;
  std::map<std::string, std::vector<Lambda>> old_; // by context, in the order of the source
  std::map<std::string, unsigned> next_;           // by scope, the first number that nobody had
  llvm::DenseSet<const clang::Decl *> seen_;
  llvm::DenseMap<const clang::CXXRecordDecl *, Lambda> numbered_;
  std::vector<Lambda> lambdas_;
};

} // namespace livepatch

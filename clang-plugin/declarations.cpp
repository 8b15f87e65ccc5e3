#include "clang-plugin/declarations.h"

#include "clang-plugin/record_layout.h"
#include "clang-plugin/symbol_naming.h"
#include "clang-plugin/type_spelling.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/Mangle.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"

namespace livepatch {
namespace {

// Walks declaration contexts, not statements: what is declared inside functions (static locals, local classes, lambdas)
// hangs on the function as well, and statements are nine tenths of a tree.
class Walk {
public:
  Walk(clang::ASTContext &context, UnitFacts &facts)
      : context_(context), policy_(spellingPolicy(context)), names_(context), layouts_(context), facts_(facts) {}

  void run() {
    inside(*context_.getTranslationUnitDecl(), "");
    facts_.records = layouts_.take();
  }

private:
  void inside(const clang::DeclContext &scope, const std::string &owner) {
    const bool mixed = scope.isFileContext(); // what is inside of anything else comes from the same header
    for (const clang::Decl *declaration : scope.decls())
      if (!mixed || !isFromSystem(*declaration))
        visit(*declaration, owner);
  }

  // Nobody patches those, and of a C++ unit they are nearly everything.
  bool isFromSystem(const clang::Decl &declaration) const {
    const clang::SourceLocation location = declaration.getLocation();
    return location.isInvalid() || context_.getSourceManager().isInSystemHeader(location);
  }

  void visit(const clang::Decl &declaration, const std::string &owner) {
    if (declaration.isInvalidDecl())
      return;
    if (auto *function = llvm::dyn_cast<clang::FunctionDecl>(&declaration))
      return visitFunction(*function);
    if (auto *variable = llvm::dyn_cast<clang::VarDecl>(&declaration))
      return visitVariable(*variable, owner);
    if (auto *tag = llvm::dyn_cast<clang::TagDecl>(&declaration))
      return visitTag(*tag, owner);
    if (auto *alias = llvm::dyn_cast<clang::TypedefNameDecl>(&declaration);
        alias && !alias->getUnderlyingType()->isDependentType())
      layouts_.addUnnamed(alias->getUnderlyingType(), alias->getQualifiedNameAsString());
    if (auto *functions = llvm::dyn_cast<clang::FunctionTemplateDecl>(&declaration)) {
      for (const clang::FunctionDecl *instance : functions->specializations())
        visitFunction(*instance);
    } else if (auto *classes = llvm::dyn_cast<clang::ClassTemplateDecl>(&declaration)) {
      for (const clang::ClassTemplateSpecializationDecl *instance : classes->specializations())
        // Explicit ones are met where they are written.
        if (!instance->isExplicitSpecialization())
          visitTag(*instance, owner);
    } else if (auto *variables = llvm::dyn_cast<clang::VarTemplateDecl>(&declaration)) {
      for (const clang::VarTemplateSpecializationDecl *instance : variables->specializations())
        visitVariable(*instance, owner);
    } else if (auto *friendship = llvm::dyn_cast<clang::FriendDecl>(&declaration)) {
      // Only what is written here. A befriended template leads to its instances, and so back to this class.
      if (auto *function = llvm::dyn_cast_or_null<clang::FunctionDecl>(friendship->getFriendDecl()))
        visitFunction(*function);
    } else if (auto *scope = llvm::dyn_cast<clang::DeclContext>(&declaration);
               scope && !llvm::isa<clang::BlockDecl>(declaration)) {
      inside(*scope, owner); // namespaces, extern "C" and the like
    }
  }

  void visitTag(const clang::TagDecl &tag, const std::string &owner) {
    if (!tag.isThisDeclarationADefinition() || tag.isDependentContext() || !visitedScopes_.insert(&tag).second)
      return;
    layouts_.add(tag);
    inside(tag, owner);
  }

  void visitFunction(const clang::FunctionDecl &function) {
    if (!function.isThisDeclarationADefinition() || function.isDeleted() || function.isDependentContext())
      return;
    if (function.isInvalidDecl() || !mayBeEmitted(function) || !visitedScopes_.insert(&function).second)
      return;
    std::string first;
    for (const std::string &symbol : symbolsOf(function)) {
      if (first.empty())
        first = symbol;
      std::string type = spellType(function.getType(), policy_);
      std::string means = typeMeaning(function.getType(), type, policy_);
      facts_.functions[withoutUnnamedNumbers(symbol)].push_back(
          {std::move(type), std::move(means), spellPlace(context_, function.getLocation())});
    }
    inside(function, first);
  }

  // Inline functions that nobody uses make up most of a C++ unit, and never get a symbol.
  bool mayBeEmitted(const clang::FunctionDecl &function) const {
    if (function.isUsed(/*CheckUsedAttr=*/true) || function.isReferenced())
      return true;
    if (auto *method = llvm::dyn_cast<clang::CXXMethodDecl>(&function); method && method->isVirtual())
      return true;
    return !function.isInlined() && !function.isImplicit();
  }

  std::vector<std::string> symbolsOf(const clang::FunctionDecl &function) {
    if (llvm::isa<clang::CXXConstructorDecl>(function) || llvm::isa<clang::CXXDestructorDecl>(function))
      return names_.getAllManglings(&function);
    std::string name = names_.getName(&function);
    return name.empty() ? std::vector<std::string>() : std::vector<std::string>{std::move(name)};
  }

  void visitVariable(const clang::VarDecl &variable, const std::string &owner) {
    if (!variable.hasGlobalStorage() || llvm::isa<clang::ParmVarDecl>(variable))
      return;
    if (variable.getType()->isDependentType() || variable.isTemplated())
      return;
    layouts_.addUnnamed(variable.getType(), variable.getQualifiedNameAsString());
    if (variable.isThisDeclarationADefinition() == clang::VarDecl::DeclarationOnly)
      return;
    const bool isPlainLocal = variable.isStaticLocal() && !context_.getLangOpts().CPlusPlus;
    // Clang's C name for a static local; it is not mangled, so no name generator knows it.
    const std::string symbol = isPlainLocal ? owner + "." + variable.getNameAsString() : names_.getName(&variable);
    if (symbol.empty())
      return;
    DeclaredVariable declared;
    declared.type = spellType(variable.getType(), policy_);
    declared.means = typeMeaning(variable.getType(), declared.type, policy_);
    declared.base = variable.getNameAsString();
    declared.place = spellPlace(context_, variable.getLocation());
    if (variable.isStaticLocal())
      declared.owner = owner;
    declared.dynamicInit = context_.getLangOpts().CPlusPlus && variable.hasInit() &&
                           !variable.getInit()->isValueDependent() && !variable.hasConstantInitialization();
    std::vector<DeclaredVariable> &known = facts_.variables[withoutUnnamedNumbers(symbol)];
    // Tentative definitions repeat themselves: `int n; int n = 3;` is one variable.
    if (!variable.isStaticLocal() && !known.empty())
      known.back() = std::move(declared);
    else
      known.push_back(std::move(declared));
  }

  clang::ASTContext &context_;
  clang::PrintingPolicy policy_;
  clang::ASTNameGenerator names_;
  RecordLayouts layouts_;
  UnitFacts &facts_;
  llvm::DenseSet<const clang::Decl *> visitedScopes_; // instances hang on every redeclaration of their template
};

} // namespace

void collectDeclarations(clang::ASTContext &context, UnitFacts &facts) {
  Walk(context, facts).run();
}

} // namespace livepatch

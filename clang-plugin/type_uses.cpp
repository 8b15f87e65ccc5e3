#include "clang-plugin/type_uses.h"

#include "clang-plugin/clang_compat.h"
#include "clang-plugin/type_mentions.h"
#include "clang-plugin/type_spelling.h"

#include "clang/AST/Attr.h"
#include "clang/AST/Mangle.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/Builtins.h"
#include "llvm/ADT/DenseSet.h"

#include <algorithm>
#include <set>

namespace livepatch {
namespace {

struct Uses {
  std::string escape; // what, and where; empty: none
  std::set<std::string> signatures, handsTo;
};

// Expressions that leave a mentioned type what it is, and take operands of such types without doing anything else to
// them than their own checks below say.
bool isTransparent(const clang::Stmt &statement) {
  using namespace clang;
  return isa<DeclRefExpr, MemberExpr, CastExpr, UnaryOperator, BinaryOperator, ArraySubscriptExpr, CallExpr>(
             statement) ||
         isa<ParenExpr, ConditionalOperator, BinaryConditionalOperator, OpaqueValueExpr, InitListExpr,
             CompoundLiteralExpr, DesignatedInitExpr, ImplicitValueInitExpr, UnaryExprOrTypeTraitExpr, StmtExpr>(
             statement) ||
         isa<ConstantExpr, ExprWithCleanups, MaterializeTemporaryExpr, CXXBindTemporaryExpr, CXXConstructExpr,
             CXXDefaultArgExpr, CXXDefaultInitExpr, CXXThisExpr, CXXScalarValueInitExpr, ArrayInitLoopExpr,
             ArrayInitIndexExpr>(statement) ||
         isa<CompoundStmt, DeclStmt, IfStmt, WhileStmt, DoStmt, ForStmt, SwitchStmt, SwitchCase, ReturnStmt, LabelStmt,
             AttributedStmt>(statement) ||
         isa<CXXForRangeStmt, CXXTryStmt, CXXCatchStmt, NullStmt, BreakStmt, ContinueStmt, GotoStmt>(statement);
}

// Conversions after which a pointer still points at the same type, or is none any more.
bool keepsType(clang::CastKind kind) {
  switch (kind) {
  case clang::CK_LValueToRValue:
  case clang::CK_NoOp:
  case clang::CK_ArrayToPointerDecay:
  case clang::CK_FunctionToPointerDecay:
  case clang::CK_BuiltinFnToFnPtr:
  case clang::CK_ConstructorConversion:
  case clang::CK_UserDefinedConversion:
  case clang::CK_NullToPointer:
  case clang::CK_PointerToBoolean:
  case clang::CK_ToVoid:
    return true;
  default:
    return false;
  }
}

// Headers declare variables for other units, and for other programs of the package. Who refers to it, or defines it,
// has a unit of his own.
bool isOnlyDeclared(const clang::VarDecl &variable) {
  return variable.hasDefinition() == clang::VarDecl::DeclarationOnly &&
         std::none_of(variable.redecls_begin(), variable.redecls_end(),
                      [](const clang::VarDecl *other) { return other->isReferenced() || other->isUsed(); });
}

class Visitor : public clang::RecursiveASTVisitor<Visitor> {
public:
  explicit Visitor(clang::ASTContext &context) : context_(context), mentions_(context), names_(context) {}

  bool shouldVisitTemplateInstantiations() const { return true; }
  bool shouldVisitImplicitCode() const { return true; }
  // What is handed to code of system headers escapes; so that code itself need not be seen.
  bool TraverseDecl(clang::Decl *declaration) {
    if (declaration && !llvm::isa<clang::TranslationUnitDecl>(declaration) && mentions_.isSystem(*declaration) &&
        !declaration->isImplicit())
      return true;
    return clang::RecursiveASTVisitor<Visitor>::TraverseDecl(declaration);
  }

  bool VisitVarDecl(clang::VarDecl *variable) {
    const Mention &mention = mentions_.of(variable->getType());
    if (!mention || isOnlyDeclared(*variable))
      return true;
    if (variable->hasGlobalStorage() && !llvm::isa<clang::ParmVarDecl>(variable))
      escape(mention, "the variable " + variable->getNameAsString() + " outlives the functions that use it",
             variable->getLocation());
    else if (!mention.simple)
      escape(mention, variable->getNameAsString() + " holds it in a " + variable->getType().getAsString(),
             variable->getLocation());
    if (auto *cleanup = variable->getAttr<clang::CleanupAttr>())
      handTo(*cleanup->getFunctionDecl(), variable->getLocation());
    return true;
  }

  bool VisitFieldDecl(clang::FieldDecl *field) {
    Mention mention = mentions_.of(field->getType());
    auto *own = llvm::cast<clang::RecordDecl>(field->getParent()->getCanonicalDecl());
    // A list's link is as local as the list. So is an unnamed part.
    if (mention.simple)
      for (const clang::DeclContext *around = own; around; around = around->getParent())
        if (auto *record = llvm::dyn_cast<clang::RecordDecl>(around))
          mention.records.erase(std::remove(mention.records.begin(), mention.records.end(),
                                            llvm::cast<clang::RecordDecl>(record->getCanonicalDecl())),
                                mention.records.end());
    if (mention && !isUnnamedPart(*field))
      escape(mention, "it is part of " + spellTag(*field->getParent(), spellingPolicy(context_)), field->getLocation());
    return true;
  }

  bool VisitCXXRecordDecl(clang::CXXRecordDecl *record) {
    if (!record->isThisDeclarationADefinition())
      return true;
    for (const clang::CXXBaseSpecifier &base : record->bases())
      escape(mentions_.of(base.getType()), "it is a base of " + spellTag(*record, spellingPolicy(context_)),
             record->getLocation());
    if (!record->isDependentType() && record->isDynamicClass())
      escape(mentions_.of(context_.getRecordType(record)), "it has virtual functions", record->getLocation());
    return true;
  }

  bool VisitFunctionDecl(clang::FunctionDecl *function) {
    const Mention mention = mentions_.ofSignature(*function);
    if (!mention || function->isDependentContext())
      return true;
    if (!mention.simple)
      escape(mention, "the interface of " + function->getNameAsString(), function->getLocation());
    if (function->doesThisDeclarationHaveABody())
      for (const std::string &symbol : symbolsOf(*function))
        for (const clang::RecordDecl *record : mention.records)
          uses_[record].signatures.insert(symbol);
    return true;
  }

  bool VisitStmt(clang::Stmt *statement) {
    if (auto *expression = llvm::dyn_cast<clang::Expr>(statement)) {
      const Mention &mention = mentions_.of(expression->getType());
      if (mention && ((!mention.simple && !callees_.count(expression)) || !isTransparent(*statement)))
        escape(mention, std::string("a ") + statement->getStmtClassName(), expression->getExprLoc());
    }
    if (isTransparent(*statement))
      return true;
    for (const clang::Stmt *child : statement->children())
      if (auto *expression = llvm::dyn_cast_or_null<clang::Expr>(child))
        escape(mentions_.of(expression->getType()), std::string("used by a ") + statement->getStmtClassName(),
               expression->getExprLoc());
    return true;
  }

  bool VisitCastExpr(clang::CastExpr *cast) {
    if (keepsType(cast->getCastKind()) || exempt_.count(cast))
      return true;
    for (const clang::QualType type : {cast->getType(), cast->getSubExpr()->getType()})
      escape(mentions_.of(type), "it is converted to or from another type", cast->getExprLoc());
    return true;
  }

  bool VisitCallExpr(clang::CallExpr *call) {
    const clang::FunctionDecl *callee = call->getDirectCallee();
    if (callee)
      markCallee(*call->getCallee());
    if (callee && touchesBytesOnly(*callee, *call))
      return true;
    arguments(callee, call->arguments(), call->getExprLoc());
    return true;
  }

  bool VisitCXXConstructExpr(clang::CXXConstructExpr *construct) {
    arguments(construct->getConstructor(), construct->arguments(), construct->getExprLoc());
    return true;
  }

  bool VisitLambdaExpr(clang::LambdaExpr *lambda) {
    for (const clang::LambdaCapture &capture : lambda->captures())
      if (capture.capturesVariable())
        escape(mentions_.of(capture.getCapturedVar()->getType()), "a lambda captures it", lambda->getExprLoc());
    return true;
  }

  bool VisitBlockExpr(clang::BlockExpr *block) {
    for (const clang::BlockDecl::Capture &capture : block->getBlockDecl()->captures())
      escape(mentions_.of(capture.getVariable()->getType()), "a block captures it", block->getExprLoc());
    return true;
  }

  bool VisitOffsetOfExpr(clang::OffsetOfExpr *offset) {
    escape(mentions_.of(offset->getTypeSourceInfo()->getType()), "offsetof", offset->getExprLoc());
    return true;
  }

  bool VisitCompoundLiteralExpr(clang::CompoundLiteralExpr *literal) {
    if (literal->isFileScope())
      escape(mentions_.of(literal->getType()), "a literal outside of functions", literal->getExprLoc());
    return true;
  }

  bool VisitCXXCatchStmt(clang::CXXCatchStmt *handler) {
    if (handler->getExceptionDecl())
      escape(mentions_.of(handler->getCaughtType()), "it is caught as an exception", handler->getCatchLoc());
    return true;
  }

  const Uses &of(const clang::TagDecl &tag) {
    auto *record = llvm::dyn_cast<clang::RecordDecl>(&tag);
    static const Uses none;
    return record ? uses_[llvm::cast<clang::RecordDecl>(record->getCanonicalDecl())] : none;
  }

private:
  void escape(const Mention &mention, const std::string &what, clang::SourceLocation location) {
    for (const clang::RecordDecl *record : mention.records)
      if (Uses &uses = uses_[record]; uses.escape.empty())
        uses.escape = what + " at " + spellPlace(context_, location);
  }

  static bool isUnnamedPart(const clang::FieldDecl &field) {
    const clang::RecordDecl *record = field.getType()->getAsRecordDecl();
    return record && !record->getIdentifier() && !record->getTypedefNameForAnonDecl() &&
           record->getDeclContext() == field.getParent();
  }

  std::vector<std::string> symbolsOf(const clang::FunctionDecl &function) {
    if (llvm::isa<clang::CXXConstructorDecl, clang::CXXDestructorDecl>(function))
      return names_.getAllManglings(&function);
    return {names_.getName(&function)};
  }

  // The callee's name is used to call it, not to take its address.
  void markCallee(const clang::Expr &callee) {
    for (const clang::Expr *at = &callee; at;) {
      callees_.insert(at);
      if (auto *cast = llvm::dyn_cast<clang::ImplicitCastExpr>(at))
        at = cast->getSubExpr();
      else if (auto *parentheses = llvm::dyn_cast<clang::ParenExpr>(at))
        at = parentheses->getSubExpr();
      else
        break;
    }
  }

  // memset and its like see an object as bytes, of a size that the caller says.
  bool touchesBytesOnly(const clang::FunctionDecl &callee, const clang::CallExpr &call) {
    unsigned pointers = 0;
    switch (callee.getMemoryFunctionKind()) {
    case clang::Builtin::BImemset:
    case clang::Builtin::BIbzero:
      pointers = 1;
      break;
    case clang::Builtin::BImemcpy:
    case clang::Builtin::BImemmove:
    case clang::Builtin::BImemcmp:
      pointers = 2;
      break;
    default:
      return false;
    }
    if (call.getNumArgs() < pointers)
      return false;
    const auto recordsOf = [&](unsigned i) -> const Mention & {
      return mentions_.of(call.getArg(i)->IgnoreParenCasts()->getType());
    };
    if (pointers == 2 && recordsOf(0).records != recordsOf(1).records)
      return false;
    for (unsigned i = 0; i < pointers; ++i)
      for (const clang::Expr *at = call.getArg(i); auto *cast = llvm::dyn_cast<clang::CastExpr>(at);
           at = cast->getSubExpr())
        exempt_.insert(cast);
    return true;
  }

  template <typename Arguments>
  void arguments(const clang::FunctionDecl *callee, Arguments given, clang::SourceLocation location) {
    unsigned index = 0;
    for (const clang::Expr *argument : given) {
      const Mention &mention = mentions_.of(argument->getType());
      if (mention && (!callee || index >= callee->getNumParams() || mentions_.isSystem(*callee)) &&
          !isOwnImplicit(callee) && !isOperator(callee))
        escape(mention, "it is handed to code that is not known here", location);
      ++index;
    }
    if (callee)
      handTo(*callee, location);
  }

  // The object of an overloaded operator stands among the arguments, and is no parameter.
  static bool isOperator(const clang::FunctionDecl *callee) {
    auto *method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(callee);
    return method && method->isOverloadedOperator() && !method->isStatic();
  }
  // Copying as the compiler does it by itself.
  static bool isOwnImplicit(const clang::FunctionDecl *callee) {
    return callee && callee->isImplicit() && llvm::isa<clang::CXXMethodDecl>(callee);
  }

  void handTo(const clang::FunctionDecl &callee, clang::SourceLocation location) {
    const Mention mention = mentions_.ofSignature(callee);
    if (!mention)
      return;
    if (auto *method = llvm::dyn_cast<clang::CXXMethodDecl>(&callee); method && method->isVirtual())
      return escape(mention, "it is handed to a virtual function", location);
    if (mentions_.isSystem(callee) && !callee.isImplicit())
      return escape(mention, "it is handed to " + callee.getNameAsString(), location);
    if (callee.hasBody() || callee.isImplicit() || callee.isDependentContext())
      return;
    for (const std::string &symbol : symbolsOf(callee))
      for (const clang::RecordDecl *record : mention.records)
        uses_[record].handsTo.insert(symbol);
  }

  clang::ASTContext &context_;
  TypeMentions mentions_;
  clang::ASTNameGenerator names_;
  llvm::DenseMap<const clang::RecordDecl *, Uses> uses_;
  llvm::DenseSet<const clang::Expr *> callees_, exempt_;
};

void write(llvm::json::OStream &out, const std::vector<const Uses *> &all) {
  // Two types of one name and layout are one for who reads this.
  Uses merged;
  for (const Uses *uses : all) {
    if (merged.escape.empty())
      merged.escape = uses->escape;
    merged.signatures.insert(uses->signatures.begin(), uses->signatures.end());
    merged.handsTo.insert(uses->handsTo.begin(), uses->handsTo.end());
  }
  const auto list = [&](const char *key, const std::set<std::string> &names) {
    if (!names.empty())
      out.attributeArray(key, [&] {
        for (const std::string &name : names)
          out.value(llvm::json::fixUTF8(name));
      });
  };
  out.object([&] {
    if (!merged.escape.empty())
      out.attribute("escape", llvm::json::fixUTF8(merged.escape));
    list("signatures", merged.signatures);
    list("hands-to", merged.handsTo);
  });
}

} // namespace

void addTypeUses(clang::ASTContext &context, UnitFacts &facts) {
  Visitor visitor(context);
  visitor.TraverseDecl(context.getTranslationUnitDecl());
  for (RecordType &record : facts.records) {
    std::vector<const Uses *> uses;
    for (const clang::TagDecl *declaration : record.declarations)
      if (!llvm::isa<clang::EnumDecl>(declaration))
        uses.push_back(&visitor.of(*declaration));
    if (uses.empty() || record.json.empty())
      continue;
    std::string text;
    llvm::raw_string_ostream stream(text);
    llvm::json::OStream out(stream);
    write(out, uses);
    stream.flush();
    record.json.insert(record.json.size() - 1, ",\"uses\":" + text);
  }
}

} // namespace livepatch

#include "clang-plugin/lambda_shape.h"

#include "clang-plugin/text_stream.h"
#include "clang-plugin/type_spelling.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/DenseSet.h"

namespace livepatch {
namespace {

const char *captureKind(const clang::LambdaCapture &capture) {
  switch (capture.getCaptureKind()) {
  case clang::LCK_This:
    return "this";
  case clang::LCK_StarThis:
    return "*this";
  case clang::LCK_ByCopy:
    return "copy";
  case clang::LCK_ByRef:
    return "reference";
  case clang::LCK_VLAType:
    return "bound";
  }
  return "";
}

class Mentioned {
public:
  explicit Mentioned(const clang::DeclaratorDecl &instance) {
    if (auto *function = llvm::dyn_cast<clang::FunctionDecl>(&instance))
      if (const clang::TemplateArgumentList *given = function->getTemplateSpecializationArgs())
        arguments(given->asArray());
    if (auto *variable = llvm::dyn_cast<clang::VarTemplateSpecializationDecl>(&instance))
      arguments(variable->getTemplateArgs().asArray());
    for (const clang::DeclContext *scope = instance.getDeclContext(); scope; scope = scope->getParent())
      if (auto *type = llvm::dyn_cast<clang::CXXRecordDecl>(scope))
        record(*type);
  }

  std::vector<clang::CXXRecordDecl *> found;

private:
  void record(const clang::CXXRecordDecl &type) {
    if (type.isLambda())
      found.push_back(const_cast<clang::CXXRecordDecl *>(&type));
    auto *instance = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(&type);
    if (instance && seen_.insert(instance).second)
      arguments(instance->getTemplateArgs().asArray());
  }

  void arguments(llvm::ArrayRef<clang::TemplateArgument> given) {
    for (const clang::TemplateArgument &argument : given) {
      if (argument.getKind() == clang::TemplateArgument::Pack)
        arguments(argument.getPackAsArray());
      else if (argument.getKind() == clang::TemplateArgument::Type)
        type(argument.getAsType());
    }
  }

  void type(clang::QualType type) {
    while (!type->getPointeeType().isNull())
      type = type->getPointeeType();
    if (const clang::CXXRecordDecl *named = type->getAsCXXRecordDecl())
      record(*named);
  }

  llvm::DenseSet<const clang::Decl *> seen_;
};

} // namespace

std::string lambdaShape(const clang::CXXRecordDecl &closure, const clang::ASTContext &context) {
  const clang::PrintingPolicy policy = spellingPolicy(context);
  std::string shape = closure.isGenericLambda() ? "generic(" : "(";
  for (const clang::ParmVarDecl *parameter : closure.getLambdaCallOperator()->parameters())
    shape += spellType(parameter->getType(), policy) + ',';
  shape += ")[";
  auto field = closure.field_begin();
  for (const clang::LambdaCapture &capture : closure.captures()) {
    shape += captureKind(capture);
    if (capture.capturesVariable())
      shape += ' ' + capture.getCapturedVar()->getNameAsString();
    if (field != closure.field_end())
      shape += ' ' + spellType((*field++)->getType(), policy);
    shape += ',';
  }
  return shape + ']';
}

std::string lambdaText(const clang::CXXRecordDecl &closure, const clang::ASTContext &context) {
  const clang::Stmt *body = closure.getLambdaCallOperator()->getBody();
  return sourceText(closure.getLocation(), body ? body->getEndLoc() : closure.getLocation(), context);
}

std::string sourceText(clang::SourceLocation first, clang::SourceLocation last, const clang::ASTContext &context) {
  const clang::SourceManager &sources = context.getSourceManager();
  const clang::SourceLocation begin = sources.getFileLoc(first);
  const clang::SourceLocation end = sources.getFileLoc(last);
  const auto [file, from] = sources.getDecomposedLoc(begin);
  const auto [sameFile, to] = sources.getDecomposedLoc(end);
  bool invalid = false;
  const llvm::StringRef text = sources.getBufferData(file, &invalid);
  if (invalid || file != sameFile || to < from)
    return {};
  clang::Lexer lexer(sources.getLocForStartOfFile(file), context.getLangOpts(), text.begin(), text.begin() + from,
                     text.end());
  std::string tokens;
  bool inDirective = false;
  for (clang::Token token; !lexer.LexFromRawLexer(token);) {
    const unsigned offset = sources.getDecomposedLoc(token.getLocation()).second;
    if (offset > to)
      break;
    if (token.isAtStartOfLine())
      inDirective = token.is(clang::tok::hash) && text.substr(offset + 1).ltrim(" \t").substr(0, 5) == "line ";
    if (!inDirective)
      tokens += text.substr(offset, token.getLength()).str() + ' ';
  }
  return hashOf(tokens);
}

std::vector<clang::CXXRecordDecl *> mentionedClosures(const clang::DeclaratorDecl &instance) {
  return Mentioned(instance).found;
}

} // namespace livepatch

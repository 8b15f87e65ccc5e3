#include "clang-plugin/lambda_numbers.h"

#include "clang-plugin/clang_compat.h"
#include "clang-plugin/lambda_shape.h"
#include "clang-plugin/type_spelling.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"

#include <algorithm>

namespace livepatch {
namespace {

// The lambdas of an initialiser outside of functions: they do not hang on the variable.
class InitialiserLambdas : public clang::RecursiveASTVisitor<InitialiserLambdas> {
public:
  std::vector<clang::CXXRecordDecl *> found;
  bool TraverseLambdaExpr(clang::LambdaExpr *lambda) {
    found.push_back(lambda->getLambdaClass());
    return true; // what stands inside hangs on its call operator
  }
};

bool isSystem(const clang::ASTContext &context, const clang::Decl &declaration) {
  const clang::SourceLocation place = declaration.getLocation();
  return place.isInvalid() || context.getSourceManager().isInSystemHeader(place);
}

// In default arguments, and in initialisers of members and inline variables, the number counts within those.
bool countsInFunction(const clang::CXXRecordDecl &closure) {
  return !closure.getLambdaContextDecl() && !closure.isDependentContext() && closure.getLambdaCallOperator();
}

bool mayBeNumbered(const clang::CXXRecordDecl &closure) {
  return !closure.isDependentContext() && closure.getLambdaCallOperator();
}

std::vector<clang::CXXRecordDecl *> lambdasOf(const clang::Expr *initialiser) {
  InitialiserLambdas lambdas;
  if (initialiser)
    lambdas.TraverseStmt(const_cast<clang::Expr *>(initialiser));
  return lambdas.found;
}

} // namespace

LambdaNumbers::LambdaNumbers(clang::ASTContext &context, const std::vector<Lambda> &old)
    : context_(context), names_(context) {
  for (const Lambda &lambda : old) {
    if (lambda.shape == "class")
      continue; // these are numbered by nobody
    old_[lambda.context].push_back(lambda);
    unsigned &next = next_[lambda.scope];
    next = std::max(next, lambda.number + 1);
  }
}

void LambdaNumbers::see(const clang::Decl &declaration) {
  if (declaration.isInvalidDecl())
    return;
  if (auto *function = llvm::dyn_cast<clang::FunctionDecl>(&declaration)) {
    // An instance of a library's template may have a lambda of ours in its name.
    for (clang::CXXRecordDecl *closure : mentionedClosures(*function))
      numberEarly(*closure);
    return this->function(*function);
  }
  if (auto *variable = llvm::dyn_cast<clang::VarDecl>(&declaration)) {
    for (clang::CXXRecordDecl *closure : mentionedClosures(*variable))
      numberEarly(*closure);
    return this->variable(*variable);
  }
  // What has code inside of it: classes and namespaces. Templates come by their instances.
  auto *scope = llvm::dyn_cast<clang::DeclContext>(&declaration);
  if (!scope || isSystem(context_, declaration) || scope->isDependentContext())
    return;
  if (auto *type = llvm::dyn_cast<clang::CXXRecordDecl>(&declaration))
    members(*type);
  for (const clang::Decl *inner : scope->decls())
    see(*inner);
}

// Initialisers that stand with the members: each is a scope of its own.
void LambdaNumbers::members(const clang::CXXRecordDecl &type) {
  if (!type.isThisDeclarationADefinition())
    return;
  for (const clang::FieldDecl *field : type.fields()) {
    const Closures closures = lambdasOf(field->hasInClassInitializer() ? field->getInClassInitializer() : nullptr);
    if (closures.empty() || !seen_.insert(field).second)
      continue;
    const std::string name = "member " + field->getQualifiedNameAsString();
    number(closures, name, name);
  }
}

// Default arguments of a function that other units may see have a scope each; those of others count in the scope
// around.
void LambdaNumbers::defaultArguments(const clang::FunctionDecl &function) {
  unsigned index = 0;
  for (const clang::ParmVarDecl *parameter : function.parameters()) {
    ++index;
    if (!parameter->hasDefaultArg() || parameter->hasUninstantiatedDefaultArg() || parameter->hasUnparsedDefaultArg())
      continue;
    const Closures closures = lambdasOf(parameter->getDefaultArg());
    if (closures.empty() || !seen_.insert(parameter).second)
      continue;
    const std::string context =
        "argument " + function.getQualifiedNameAsString() + '(' + parameter->getNameAsString() + ')';
    number(closures, closures.front()->getLambdaContextDecl() ? context + std::to_string(index) : scopeOf(function),
           context);
  }
}

std::string LambdaNumbers::scopeOf(const clang::Decl &declaration) const {
  auto *around = llvm::dyn_cast<clang::NamedDecl>(declaration.getLexicalDeclContext()->getRedeclContext());
  return around ? around->getQualifiedNameAsString() : std::string();
}

void LambdaNumbers::function(const clang::FunctionDecl &function) {
  if (!isSystem(context_, function) && !function.isDependentContext())
    defaultArguments(function);
  const clang::FunctionDecl *definition = nullptr;
  if (!function.hasBody(definition) || definition->isDependentContext() || isSystem(context_, *definition))
    return;
  if (seen_.insert(definition).second)
    inside(*definition);
}

void LambdaNumbers::variable(const clang::VarDecl &variable) {
  if (!variable.hasGlobalStorage() || !variable.hasInit() || isSystem(context_, variable) ||
      variable.getInit()->isValueDependent() || !seen_.insert(&variable).second)
    return;
  const Closures closures = lambdasOf(variable.getInit());
  const std::string context = "variable " + variable.getQualifiedNameAsString();
  // Those of an inline variable count within it.
  const bool own = !closures.empty() && closures.front()->getLambdaContextDecl();
  number(closures, own ? context : scopeOf(variable), context);
}

void LambdaNumbers::inside(const clang::FunctionDecl &function) {
  Closures closures;
  std::string name;
  const auto named = [&] { return name.empty() ? name = nameOf(function) : name; };
  for (clang::Decl *inner : function.decls()) {
    auto *record = llvm::dyn_cast<clang::CXXRecordDecl>(inner);
    if (record && record->isLambda()) {
      closures.push_back(record);
    } else if (record) {
      if (record->getIdentifier() && record->isThisDeclarationADefinition())
        listLocalClass(*record, named());
      see(*record);
    }
  }
  if (closures.empty())
    return;
  named();
  number(closures, name, name);
}

// The compiler tells local classes of one name in a function apart by numbers that it gives as it meets them. They
// cannot be given, but where they may have changed their bearers is told.
void LambdaNumbers::listLocalClass(const clang::CXXRecordDecl &type, const std::string &function) {
  Lambda out;
  out.scope = out.context = "class " + type.getName().str() + " of " + function;
  out.number = nextIn(out.scope)++;
  out.shape = "class";
  out.text = sourceText(type.getBeginLoc(), type.getBraceRange().getEnd(), context_);
  out.place = spellPlace(context_, type.getLocation());
  lambdas_.push_back(std::move(out));
}

// The symbol: it tells instances of a template apart, and speaks of other lambdas by the target's numbers.
std::string LambdaNumbers::nameOf(const clang::FunctionDecl &function) {
  if (llvm::isa<clang::CXXConstructorDecl>(function) || llvm::isa<clang::CXXDestructorDecl>(function)) {
    const std::vector<std::string> variants = names_.getAllManglings(&function);
    return variants.empty() ? std::string() : variants.front();
  }
  return names_.getName(&function);
}

unsigned &LambdaNumbers::nextIn(const std::string &scope) {
  unsigned &next = next_[scope];
  next = std::max(next, 1U);
  return next;
}

unsigned LambdaNumbers::naturalNumber(const clang::CXXRecordDecl &closure, const std::string &scope) {
  const unsigned given = closure.getLambdaManglingNumber();
  return given != 0 ? given : nextIn(scope)++;
}

void LambdaNumbers::number(const Closures &all, const std::string &scope, const std::string &context) {
  Closures closures;
  std::vector<Lambda> lambdas;
  for (clang::CXXRecordDecl *closure : all)
    if (mayBeNumbered(*closure) && !numbered_.count(closure)) {
      closures.push_back(closure);
      lambdas.emplace_back();
      lambdas.back().scope = scope;
      lambdas.back().context = context;
      lambdas.back().shape = lambdaShape(*closure, context_);
      lambdas.back().text = lambdaText(*closure, context_);
    }
  if (const auto known = old_.find(context); known != old_.end()) {
    std::vector<const Lambda *> olds;
    for (const Lambda &old : known->second)
      olds.push_back(&old);
    numberLambdas(olds, lambdas, nextIn(scope));
  } else {
    for (std::size_t i = 0; i < closures.size(); ++i)
      lambdas[i].number = naturalNumber(*closures[i], scope);
  }
  for (std::size_t i = 0; i < closures.size(); ++i)
    give(*closures[i], std::move(lambdas[i]));
  for (clang::CXXRecordDecl *closure : all) {
    const auto known = numbered_.find(closure);
    if (known == numbered_.end())
      continue;
    lambdas_.push_back(known->second);
    if (const clang::FunctionTemplateDecl *generic = closure->getDependentLambdaCallOperator()) {
      for (const clang::FunctionDecl *instance : generic->specializations())
        function(*instance);
    } else {
      function(*closure->getLambdaCallOperator());
    }
  }
}

void LambdaNumbers::give(clang::CXXRecordDecl &closure, Lambda lambda) {
  // Without a number it is local to the unit, and must stay that.
  const bool local = closure.getLambdaManglingNumber() == 0 || closure.hasKnownLambdaInternalLinkage();
  setLambdaNumber(closure, lambda.number, local);
  lambda.name = mangledTypeName(closure, context_);
  lambda.place = spellPlace(context_, closure.getLocation());
  numbered_[&closure] = std::move(lambda);
}

bool LambdaNumbers::waitsForNumber(const clang::CXXRecordDecl &closure) const {
  return countsInFunction(closure) && !numbered_.count(&closure) && !isSystem(context_, closure);
}

bool LambdaNumbers::isTooEarly(const clang::FunctionDecl &function) const {
  const std::vector<clang::CXXRecordDecl *> closures = mentionedClosures(function);
  return std::any_of(closures.begin(), closures.end(),
                     [&](const clang::CXXRecordDecl *closure) { return waitsForNumber(*closure); });
}

// Where the function around a lambda was not seen first all the same (a variable of a template's instance): what
// follows in that function is not known, and only a lambda that is wholly the same is taken for an old one.
void LambdaNumbers::numberEarly(clang::CXXRecordDecl &closure) {
  auto *around = llvm::dyn_cast<clang::FunctionDecl>(closure.getDeclContext());
  if (!around || !waitsForNumber(closure) || !closure.getLambdaCallOperator()->hasBody())
    return;
  for (clang::CXXRecordDecl *outer : mentionedClosures(*around))
    numberEarly(*outer);
  Lambda lambda;
  lambda.scope = lambda.context = nameOf(*around);
  lambda.shape = lambdaShape(closure, context_);
  lambda.text = lambdaText(closure, context_);
  const auto known = old_.find(lambda.context);
  if (known == old_.end()) {
    lambda.number = naturalNumber(closure, lambda.scope);
    return give(closure, std::move(lambda));
  }
  std::vector<Lambda> &olds = known->second;
  const auto same = std::find_if(olds.begin(), olds.end(), [&](const Lambda &old) {
    return old.text == lambda.text && old.shape == lambda.shape;
  });
  if (same != olds.end()) {
    lambda.number = same->number;
    olds.erase(same);
  } else {
    lambda.number = nextIn(lambda.scope)++;
    for (const Lambda &old : olds)
      if (old.shape == lambda.shape)
        lambda.replaces.push_back(old.number);
  }
  give(closure, std::move(lambda));
}

} // namespace livepatch

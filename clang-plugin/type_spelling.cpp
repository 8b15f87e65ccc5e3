#include "clang-plugin/type_spelling.h"

#include "clang-plugin/text_stream.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/Support/Casting.h"
#include "llvm/Support/raw_ostream.h"

namespace livepatch {

clang::PrintingPolicy spellingPolicy(const clang::ASTContext &context) {
  clang::PrintingPolicy policy(context.getLangOpts());
  policy.AnonymousTagLocations = false;
  policy.SuppressUnwrittenScope = true;
  return policy;
}

std::string spellType(clang::QualType type, const clang::PrintingPolicy &policy) {
  return type.getAsString(policy);
}

std::string typeMeaning(clang::QualType type, const std::string &spelled, const clang::PrintingPolicy &policy) {
  std::string meaning = type.getCanonicalType().getAsString(policy);
  if (meaning == spelled)
    return {};
  constexpr std::size_t readable = 64; // C++ spells a string in 80 characters
  if (meaning.size() <= readable)
    return meaning;
  return hashOf(meaning).substr(0, 16);
}

std::string spellTag(const clang::TagDecl &tag, const clang::PrintingPolicy &policy) {
  const std::string kind = tag.getKindName().str() + " ";
  if (tag.getIdentifier()) {
    std::string name;
    llvm::raw_string_ostream out(name);
    tag.getNameForDiagnostic(out, policy, /*Qualified=*/true);
    return kind + out.str();
  }
  if (const clang::TypedefNameDecl *name = tag.getTypedefNameForAnonDecl())
    return kind + name->getQualifiedNameAsString();
  if (auto *enumeration = llvm::dyn_cast<clang::EnumDecl>(&tag);
      enumeration && enumeration->enumerator_begin() != enumeration->enumerator_end())
    return kind + "(with " + (*enumeration->enumerator_begin())->getQualifiedNameAsString() + ")";
  return kind + "(unnamed)";
}

std::string spellPlace(const clang::ASTContext &context, clang::SourceLocation location) {
  const clang::SourceManager &sources = context.getSourceManager();
  const clang::PresumedLoc place = sources.getPresumedLoc(sources.getExpansionLoc(location));
  if (place.isInvalid())
    return {};
  return std::string(place.getFilename()) + ":" + std::to_string(place.getLine());
}

} // namespace livepatch

#include "clang-plugin/type_mentions.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"

#include <algorithm>

namespace livepatch {

const Mention &TypeMentions::of(clang::QualType type) {
  static const Mention none;
  if (type.isNull())
    return none;
  const clang::Type *key = type.getCanonicalType().getTypePtr();
  if (const auto found = known_.find(key); found != known_.end())
    return found->second;
  Mention mention;
  add(type, mention, true, 0);
  return known_[key] = std::move(mention);
}

bool TypeMentions::isSystem(const clang::Decl &declaration) const {
  const clang::SourceLocation location = declaration.getLocation();
  return location.isInvalid() || context_.getSourceManager().isInSystemHeader(location);
}

Mention TypeMentions::ofSignature(const clang::FunctionDecl &function) {
  Mention mention;
  add(function.getReturnType(), mention, true, 0);
  for (const clang::ParmVarDecl *parameter : function.parameters())
    add(parameter->getType(), mention, true, 0);
  if (auto *method = llvm::dyn_cast<clang::CXXMethodDecl>(&function); method && !method->isStatic())
    addRecord(*method->getParent(), mention, true, 0);
  return mention;
}

void TypeMentions::add(clang::QualType type, Mention &mention, bool simple, unsigned depth) {
  constexpr unsigned deepest = 32; // templates of templates
  if (type.isNull() || depth > deepest)
    return;
  const clang::Type *at = type.getCanonicalType().getTypePtr();
  for (;;) {
    if (auto *pointer = llvm::dyn_cast<clang::PointerType>(at))
      at = pointer->getPointeeType().getCanonicalType().getTypePtr();
    else if (auto *reference = llvm::dyn_cast<clang::ReferenceType>(at))
      at = reference->getPointeeType().getCanonicalType().getTypePtr();
    else if (auto *array = llvm::dyn_cast<clang::ArrayType>(at))
      at = array->getElementType().getCanonicalType().getTypePtr();
    else
      break;
  }
  if (auto *record = llvm::dyn_cast<clang::RecordType>(at))
    return addRecord(*record->getDecl(), mention, simple, depth);
  if (auto *function = llvm::dyn_cast<clang::FunctionType>(at)) {
    add(function->getReturnType(), mention, false, depth + 1);
    if (auto *prototype = llvm::dyn_cast<clang::FunctionProtoType>(function))
      for (const clang::QualType parameter : prototype->param_types())
        add(parameter, mention, false, depth + 1);
  } else if (auto *member = llvm::dyn_cast<clang::MemberPointerType>(at)) {
    add(clang::QualType(member->getClass(), 0), mention, false, depth + 1);
    add(member->getPointeeType(), mention, false, depth + 1);
  } else if (auto *atomic = llvm::dyn_cast<clang::AtomicType>(at)) {
    add(atomic->getValueType(), mention, false, depth + 1);
  } else if (auto *block = llvm::dyn_cast<clang::BlockPointerType>(at)) {
    add(block->getPointeeType(), mention, false, depth + 1);
  }
}

void TypeMentions::addRecord(const clang::RecordDecl &record, Mention &mention, bool simple, unsigned depth) {
  auto *canonical = llvm::cast<clang::RecordDecl>(record.getCanonicalDecl());
  if (std::find(mention.records.begin(), mention.records.end(), canonical) == mention.records.end() &&
      !isSystem(record))
    mention.records.push_back(canonical);
  mention.simple &= simple || isSystem(record);
  // A nested type without a name is a part of the one around it.
  if (!record.getIdentifier())
    if (auto *around = llvm::dyn_cast<clang::RecordDecl>(record.getDeclContext()))
      addRecord(*around, mention, simple, depth);
  if (auto *instance = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(&record))
    for (const clang::TemplateArgument &argument : instance->getTemplateArgs().asArray()) {
      if (argument.getKind() == clang::TemplateArgument::Type)
        add(argument.getAsType(), mention, false, depth + 1);
      else if (argument.getKind() == clang::TemplateArgument::Pack)
        for (const clang::TemplateArgument &packed : argument.pack_elements())
          if (packed.getKind() == clang::TemplateArgument::Type)
            add(packed.getAsType(), mention, false, depth + 1);
    }
}

} // namespace livepatch

#include "clang-plugin/record_layout.h"

#include "clang-plugin/clang_compat.h"
#include "clang-plugin/text_stream.h"
#include "clang-plugin/type_spelling.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/RecordLayout.h"
#include "clang/AST/VTableBuilder.h"
#include "clang/Basic/SourceManager.h"

#include <algorithm>
#include <set>

namespace livepatch {
namespace {

// A nested type without any name of its own. Its fields are listed with those of the record around it.
const clang::RecordDecl *unnamedRecord(clang::QualType type, const clang::ASTContext &context) {
  const clang::RecordDecl *record = context.getBaseElementType(type)->getAsRecordDecl();
  if (!record || record->getIdentifier() || record->getTypedefNameForAnonDecl() || record->isLambda())
    return nullptr;
  return record->getDefinition();
}

bool isSystem(const clang::ASTContext &context, const clang::Decl &declaration) {
  const clang::SourceManager &sources = context.getSourceManager();
  const clang::SourceLocation location = declaration.getLocation();
  return location.isInvalid() || sources.isInSystemHeader(location) || sources.isInSystemMacro(location);
}

// Asking for the layout of anything less than a complete, valid, concrete type is a crash in the compiler.
bool hasLayout(const clang::TagDecl &tag) {
  if (!tag.isCompleteDefinition() || tag.isInvalidDecl() || tag.isDependentContext() || tag.isDependentType())
    return false;
  auto *record = llvm::dyn_cast<clang::RecordDecl>(&tag);
  if (!record)
    return true;
  for (const clang::FieldDecl *field : record->fields())
    if (field->isInvalidDecl() || field->getType()->isDependentType())
      return false;
  return true;
}

} // namespace

RecordLayouts::RecordLayouts(clang::ASTContext &context)
    : context_(context), policy_(spellingPolicy(context)), names_(context) {}

void RecordLayouts::add(const clang::TagDecl &tag) {
  if (!hasLayout(tag) || isSystem(context_, tag))
    return;
  auto *record = llvm::dyn_cast<clang::RecordDecl>(&tag);
  if (record && !record->getIdentifier() && !record->getTypedefNameForAnonDecl())
    return;
  addNamed(tag, spellTag(tag, policy_));
  if (record)
    addUnnamedOfFields(*record, record->getIdentifier() ? record->getQualifiedNameAsString()
                                                        : record->getTypedefNameForAnonDecl()->getNameAsString());
}

void RecordLayouts::addUnnamed(clang::QualType type, const std::string &owner) {
  bool indirect = true;
  while (indirect) {
    type = context_.getBaseElementType(type);
    indirect = !type->getPointeeType().isNull();
    if (indirect)
      type = type->getPointeeType();
  }
  const clang::RecordDecl *record = unnamedRecord(type, context_);
  if (!record || !hasLayout(*record) || isSystem(context_, *record) || !unnamed_.insert(record).second)
    return;
  addNamed(*record, spellTag(*record, policy_) + " of " + owner);
  addUnnamedOfFields(*record, owner);
}

// What a field holds stands among the fields of the record around it; what it points at is an object of its own.
void RecordLayouts::addUnnamedOfFields(const clang::RecordDecl &record, const std::string &owner) {
  for (const clang::FieldDecl *field : record.fields()) {
    const std::string name = owner + "." + field->getNameAsString();
    if (const clang::RecordDecl *inner = unnamedRecord(field->getType(), context_)) {
      if (unnamed_.insert(inner).second)
        addUnnamedOfFields(*inner, field->getName().empty() ? owner : name);
    } else {
      addUnnamed(field->getType(), name);
    }
  }
}

void RecordLayouts::addNamed(const clang::TagDecl &tag, const std::string &name) {
  auto *record = llvm::dyn_cast<clang::RecordDecl>(&tag);
  // The hash covers the layout without its place; then both go into the same object.
  std::string layout;
  {
    StringStream stream(layout);
    llvm::json::OStream out(stream);
    out.objectBegin();
    out.attribute("name", llvm::json::fixUTF8(name));
    out.attribute("kind", tag.getKindName());
    if (record)
      describe(out, *record);
    else
      describe(out, llvm::cast<clang::EnumDecl>(tag));
    out.objectEnd();
  }
  RecordType type;
  type.hash = hashOf(layout);
  StringStream stream(type.json);
  stream << "{\"hash\":\"" << type.hash
         << "\",\"place\":" << llvm::json::Value(llvm::json::fixUTF8(spellPlace(context_, tag.getLocation()))) << ','
         << llvm::StringRef(layout).drop_front();
  stream.flush();
  type.declarations.push_back(&tag);
  records_.push_back(std::move(type));
}

std::vector<RecordType> RecordLayouts::take() {
  std::stable_sort(records_.begin(), records_.end(),
                   [](const RecordType &a, const RecordType &b) { return a.hash < b.hash; });
  for (std::size_t i = 1, first = 0; i < records_.size(); ++i)
    if (records_[i].hash != records_[first].hash)
      first = i;
    else
      records_[first].declarations.push_back(records_[i].declarations.front());
  records_.erase(std::unique(records_.begin(), records_.end(),
                             [](const RecordType &a, const RecordType &b) { return a.hash == b.hash; }),
                 records_.end());
  return std::move(records_);
}

void RecordLayouts::describe(llvm::json::OStream &out, const clang::RecordDecl &record) {
  const clang::ASTRecordLayout &layout = context_.getASTRecordLayout(&record);
  out.attribute("size", layout.getSize().getQuantity());
  out.attribute("align", layout.getAlignment().getQuantity());
  out.attributeArray("fields", [&] { fields(out, record, "", 0); });
  auto *type = llvm::dyn_cast<clang::CXXRecordDecl>(&record);
  if (!type)
    return;
  if (type->getNumBases() > 0)
    out.attributeArray("bases", [&] { bases(out, *type); });
  if (type->isDynamicClass())
    out.attributeArray("vtable", [&] { virtualFunctions(out, *type); });
}

const RecordLayouts::FieldType &RecordLayouts::fieldType(clang::QualType type) {
  const auto [at, isNew] = fieldTypes_.try_emplace(type.getAsOpaquePtr());
  if (isNew) {
    const std::string spelled = spellType(type, policy_);
    at->second = {llvm::json::fixUTF8(spelled), llvm::json::fixUTF8(typeMeaning(type, spelled, policy_))};
  }
  return at->second;
}

void RecordLayouts::fields(llvm::json::OStream &out, const clang::RecordDecl &record, const std::string &prefix,
                           std::uint64_t bitOffset) {
  const clang::ASTRecordLayout &layout = context_.getASTRecordLayout(&record);
  unsigned index = 0;
  for (const clang::FieldDecl *field : record.fields()) {
    const std::uint64_t offset = bitOffset + layout.getFieldOffset(index++);
    const std::string name = prefix + field->getNameAsString();
    const FieldType &type = fieldType(field->getType());
    out.array([&] {
      out.value(name);
      if (field->isBitField())
        out.value(type.spelled + " : " + std::to_string(bitWidth(*field, context_)));
      else
        out.value(type.spelled);
      out.value(static_cast<std::int64_t>(offset));
      if (!type.means.empty())
        out.value(type.means);
    });
    if (const clang::RecordDecl *inner = unnamedRecord(field->getType(), context_); inner && hasLayout(*inner))
      fields(out, *inner, name.empty() ? prefix : name + ".", offset);
  }
}

void RecordLayouts::bases(llvm::json::OStream &out, const clang::CXXRecordDecl &record) {
  const clang::ASTRecordLayout &layout = context_.getASTRecordLayout(&record);
  for (const clang::CXXBaseSpecifier &base : record.bases()) {
    const clang::CXXRecordDecl *type = base.getType()->getAsCXXRecordDecl();
    if (!type)
      continue;
    const auto offset = base.isVirtual() ? layout.getVBaseClassOffset(type) : layout.getBaseClassOffset(type);
    out.array([&] {
      out.value((base.isVirtual() ? "virtual " : "") + spellType(base.getType(), policy_));
      out.value(offset.getQuantity());
    });
  }
}

void RecordLayouts::virtualFunctions(llvm::json::OStream &out, const clang::CXXRecordDecl &record) {
  // The declared order decides about the table; what a base class contributes stands in the base's own entry.
  for (const clang::CXXMethodDecl *method : record.methods()) {
    if (!method->isVirtual())
      continue;
    std::string name;
    for (const std::string &mangled : names_.getAllManglings(method))
      name += (name.empty() ? "" : " ") + mangled;
    // `= 0` is a different entry in the table, and the one that an override fills.
    if (isPure(*method))
      name += " = 0";
    out.value(name);
  }
}

void RecordLayouts::describe(llvm::json::OStream &out, const clang::EnumDecl &enumeration) {
  const clang::QualType type = enumeration.getIntegerType();
  if (!type.isNull()) {
    out.attribute("size", context_.getTypeSizeInChars(type).getQuantity());
    out.attribute("align", context_.getTypeAlignInChars(type).getQuantity());
  }
  out.attributeArray("enumerators", [&] {
    for (const clang::EnumConstantDecl *constant : enumeration.enumerators())
      out.array([&] {
        out.value(constant->getName());
        out.value(constant->getInitVal().isSigned() ? constant->getInitVal().getSExtValue()
                                                    : static_cast<std::int64_t>(constant->getInitVal().getZExtValue()));
      });
  });
}

} // namespace livepatch

#include "clang-plugin/type_text.h"

#include "clang-plugin/llvm_compat.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/Support/Casting.h"

namespace livepatch {
namespace {

bool isDerivedByOptimiser(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("readnone", "readonly", "writeonly", "argmemonly", true)
      .Cases("inaccessiblememonly", "inaccessiblemem_or_argmemonly", "memory", "speculatable", true)
      .Cases("nofree", "norecurse", "nosync", "willreturn", "mustprogress", true)
      .Cases("nounwind", "noreturn", "nocallback", "nocapture", "captures", true)
      .Cases("initializes", "noundef", "nonnull", "dereferenceable", "dereferenceable_or_null", true)
      .Cases("range", "nofpclass", true)
      .Default(false);
}

// Lives on the entry, not in the body; the padding is this plugin's own.
bool isEntryPadding(llvm::StringRef name) {
  return startsWith(name, "patchable-function");
}

void printSet(llvm::raw_ostream &out, llvm::AttributeSet set, AttributeScope scope) {
  for (const llvm::Attribute &attribute : set) {
    if (attribute.isStringAttribute()) {
      const llvm::StringRef key = attribute.getKindAsString();
      if (!isEntryPadding(key))
        out << ' ' << key << '=' << attribute.getValueAsString();
      continue;
    }
    const llvm::StringRef name = llvm::Attribute::getNameFromAttrKind(attribute.getKindAsEnum());
    if (scope == AttributeScope::Definition && isDerivedByOptimiser(name))
      continue;
    if (attribute.isTypeAttribute()) {
      out << ' ' << name << ':';
      // In 14 elementtype may name a function; its parameters say nothing about the code here.
      if (llvm::Type *type = attribute.getValueAsType(); type && !type->isFunctionTy())
        printType(out, *type);
    } else {
      out << ' ' << attribute.getAsString();
    }
  }
}

void printElements(llvm::raw_ostream &out, llvm::ArrayRef<llvm::Type *> elements) {
  for (llvm::Type *element : elements) {
    printType(out, *element);
    out << ',';
  }
}

} // namespace

void printType(llvm::raw_ostream &out, llvm::Type &type) {
  switch (type.getTypeID()) {
  case llvm::Type::PointerTyID:
    out << 'p';
    if (const unsigned space = type.getPointerAddressSpace())
      out << space;
    return;
  case llvm::Type::IntegerTyID:
    out << 'i' << type.getIntegerBitWidth();
    return;
  case llvm::Type::StructTyID: {
    auto &structure = llvm::cast<llvm::StructType>(type);
    if (structure.isOpaque()) {
      out << "opaque";
      return;
    }
    out << (structure.isPacked() ? "<{" : "{");
    printElements(out, structure.elements());
    out << '}';
    return;
  }
  case llvm::Type::ArrayTyID:
    out << '[' << type.getArrayNumElements() << 'x';
    printType(out, *type.getArrayElementType());
    out << ']';
    return;
  case llvm::Type::FixedVectorTyID:
    out << '<' << llvm::cast<llvm::FixedVectorType>(type).getNumElements() << 'x';
    printType(out, *llvm::cast<llvm::VectorType>(type).getElementType());
    out << '>';
    return;
  case llvm::Type::FunctionTyID: {
    auto &function = llvm::cast<llvm::FunctionType>(type);
    printType(out, *function.getReturnType());
    out << '(';
    printElements(out, function.params());
    out << (function.isVarArg() ? "...)" : ")");
    return;
  }
  default:
    type.print(out, /*IsForDebug=*/false, /*NoDetails=*/true);
  }
}

void printAttributes(llvm::raw_ostream &out, llvm::AttributeList attributes, unsigned parameters,
                     AttributeScope scope) {
  if (attributes.isEmpty())
    return;
  out << " fn{";
  printSet(out, attributes.getFnAttrs(), scope);
  out << "} ret{";
  printSet(out, attributes.getRetAttrs(), scope);
  out << '}';
  for (unsigned i = 0; i < parameters; ++i) {
    const llvm::AttributeSet set = attributes.getParamAttrs(i);
    if (!set.hasAttributes())
      continue;
    out << " arg" << i << '{';
    printSet(out, set, scope);
    out << '}';
  }
}

std::string callingContract(const llvm::Function &function) {
  using llvm::Attribute;
  std::string text;
  llvm::raw_string_ostream out(text);
  printType(out, *function.getFunctionType());
  out << " cc" << function.getCallingConv();
  // The attributes that x86-64's calling convention lowering looks at; the others do not move an argument.
  static constexpr Attribute::AttrKind kinds[] = {
      Attribute::ByVal, Attribute::StructRet, Attribute::InReg,      Attribute::ZExt,       Attribute::SExt,
      Attribute::Nest,  Attribute::SwiftSelf, Attribute::SwiftError, Attribute::SwiftAsync, Attribute::InAlloca};
  auto print = [&](llvm::AttributeSet set, const llvm::Twine &where) {
    for (const Attribute::AttrKind kind : kinds) {
      if (!set.hasAttribute(kind))
        continue;
      out << ' ' << where << ':' << Attribute::getNameFromAttrKind(kind);
      if (const Attribute attribute = set.getAttribute(kind); attribute.isTypeAttribute() && attribute.getValueAsType())
        printType(out << '=', *attribute.getValueAsType());
    }
  };
  const llvm::AttributeList attributes = function.getAttributes();
  print(attributes.getRetAttrs(), "ret");
  for (unsigned i = 0; i < function.arg_size(); ++i)
    print(attributes.getParamAttrs(i), llvm::Twine(i));
  // A derived promise that callers of a local function build on: they go on with the argument instead of the result.
  if (function.hasLocalLinkage())
    for (unsigned i = 0; i < function.arg_size(); ++i)
      if (attributes.hasParamAttr(i, Attribute::Returned))
        out << ' ' << i << ":returned";
  return out.str();
}

} // namespace livepatch

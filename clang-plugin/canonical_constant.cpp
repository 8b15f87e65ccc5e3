// The half of CanonicalText that prints constants.
#include "clang-plugin/canonical_text.h"

#include "clang-plugin/llvm_compat.h"
#include "clang-plugin/text_stream.h"
#include "clang-plugin/type_text.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace livepatch {
bool isContentOnly(const llvm::GlobalValue &value) {
  auto *variable = llvm::dyn_cast<llvm::GlobalVariable>(&value);
  return variable && variable->isConstant() && variable->hasInitializer() && variable->hasPrivateLinkage();
}

bool isNamedConstant(const llvm::GlobalValue &value) {
  auto *variable = llvm::dyn_cast<llvm::GlobalVariable>(&value);
  return variable && variable->isConstant() && variable->hasInitializer() && !variable->hasPrivateLinkage() &&
         !variable->hasAvailableExternallyLinkage();
}

const Fingerprint &CanonicalText::content(const llvm::GlobalVariable &variable) {
  if (const auto found = contents_.find(&variable); found != contents_.end())
    return found->second;
  HashStream out;
  Text text(out);
  printType(out, *variable.getValueType());
  if (!variable.getSection().empty())
    out << " section " << variable.getSection();
  out << (variable.isConstant() ? " constant " : " ");
  if (variable.hasInitializer()) {
    underWay_.insert(&variable);
    constant(text, *variable.getInitializer());
    underWay_.erase(&variable);
  }
  return contents_[&variable] = Fingerprint{out.hash(), std::move(text.references)};
}

const std::string &CanonicalText::ambiguousContent(const llvm::GlobalValue &value) {
  if (const auto found = ambiguousContents_.find(&value); found != ambiguousContents_.end())
    return found->second;
  HashStream out;
  Text text(out);
  text.byNameOnly = true;
  if (auto *function = llvm::dyn_cast<llvm::Function>(&value)) {
    if (!function->isDeclaration())
      body(text, *function);
  } else if (auto *variable = llvm::dyn_cast<llvm::GlobalVariable>(&value)) {
    printType(out, *variable->getValueType());
    if (variable->hasInitializer())
      constant(text, *variable->getInitializer());
  }
  return ambiguousContents_[&value] = out.hash();
}

void CanonicalText::reference(Text &text, const llvm::GlobalValue &value) {
  if (&value == text.self) {
    text.out << "@self"; // a function that was only renamed is the same function
    return;
  }
  if (isContentOnly(value)) {
    auto &variable = llvm::cast<llvm::GlobalVariable>(value);
    if (underWay_.contains(&variable)) {
      text.out << "@enclosing";
      return;
    }
    // By value: computing a content may move the table of contents.
    const Fingerprint inner = content(variable);
    text.out << "@(" << inner.hash << ' ' << alignmentOf(variable) << ')';
    text.references.insert(inner.references.begin(), inner.references.end());
    return;
  }
  text.references.insert(&value);
  text.out << '@' << naming_.canonical(value);
  if (value.isThreadLocal())
    text.out << " tls";
  if (value.hasExternalWeakLinkage())
    text.out << " weak"; // its address may be null
  if (!naming_.isAmbiguous(value))
    return;
  const auto [known, isNew] = text.ordinals.try_emplace(&value, 0);
  if (isNew)
    known->second = text.used[naming_.canonical(value)]++;
  text.out << '#' << known->second;
  if (isNew && !text.byNameOnly)
    text.out << ':' << ambiguousContent(value);
}

// The code reads these, so their content belongs to it: a table row changes all functions that look rows up.
void CanonicalText::namedConstants(Text &text) {
  llvm::SetVector<const llvm::GlobalValue *> reached;
  for (const llvm::GlobalValue *value : text.references)
    if (isNamedConstant(*value))
      reached.insert(value);
  for (std::size_t i = 0; i < reached.size(); ++i) {
    const References &next = content(llvm::cast<llvm::GlobalVariable>(*reached[i])).references;
    for (const llvm::GlobalValue *value : next)
      if (isNamedConstant(*value))
        reached.insert(value);
  }
  std::vector<std::string> lines;
  for (const llvm::GlobalValue *value : reached)
    lines.push_back(naming_.canonical(*value).str() + ' ' + content(llvm::cast<llvm::GlobalVariable>(*value)).hash);
  std::sort(lines.begin(), lines.end());
  for (const std::string &line : lines)
    text.out << "\nconstant " << line;
}

void CanonicalText::blockAddress(Text &text, const llvm::BlockAddress &value) {
  const llvm::Function &function = *value.getFunction();
  text.out << "label(";
  reference(text, function);
  const auto block = std::find_if(function.begin(), function.end(),
                                  [&](const llvm::BasicBlock &other) { return &other == value.getBasicBlock(); });
  text.out << ' ' << std::distance(function.begin(), block) << ')';
}

// Offsets in bytes: a field that keeps its place keeps its text, whatever the struct is called or looks like.
void CanonicalText::pointerArithmetic(Text &text, const llvm::GEPOperator &value,
                                      const std::function<void(const llvm::Value &)> &printOperand) {
  const unsigned bits = layout_.getIndexTypeSizeInBits(value.getType());
  llvm::MapVector<llvm::Value *, llvm::APInt> variableOffsets;
  llvm::APInt constantOffset(bits, 0);
  if (!value.getType()->isVectorTy() && value.collectOffset(layout_, bits, variableOffsets, constantOffset)) {
    text.out << "at " << constantOffset;
    for (const auto &[index, scale] : variableOffsets) {
      text.out << " + " << scale << '*';
      printOperand(*index);
    }
    text.out << " of ";
    printOperand(*value.getPointerOperand());
    return;
  }
  text.out << "element ";
  printType(text.out, *value.getSourceElementType());
  for (const llvm::Use &operand : value.operands()) {
    text.out << ' ';
    printOperand(*operand);
  }
}

void CanonicalText::expression(Text &text, const llvm::ConstantExpr &value) {
  auto print = [&](const llvm::Value &operand) { constant(text, llvm::cast<llvm::Constant>(operand)); };
  if (value.getOpcode() == llvm::Instruction::BitCast && value.getType()->isPointerTy())
    return print(*value.getOperand(0));
  text.out << '(';
  if (auto *arithmetic = llvm::dyn_cast<llvm::GEPOperator>(&value)) {
    pointerArithmetic(text, *arithmetic, print);
  } else {
    text.out << value.getOpcodeName() << ' ';
#if LIVEPATCH_CONSTANT_COMPARES
    if (value.isCompare())
      text.out << value.getPredicate() << ' ';
#endif
    printType(text.out, *value.getType());
    for (const llvm::Use &operand : value.operands()) {
      text.out << ' ';
      print(*operand);
    }
  }
  text.out << " f" << value.getRawSubclassOptionalData() << ')';
}

void CanonicalText::constant(Text &text, const llvm::Constant &value) {
  if (auto *symbol = llvm::dyn_cast<llvm::GlobalValue>(&value))
    return reference(text, *symbol);
  if (auto *label = llvm::dyn_cast<llvm::BlockAddress>(&value))
    return blockAddress(text, *label);
  if (auto *compound = llvm::dyn_cast<llvm::ConstantExpr>(&value))
    return expression(text, *compound);
  printType(text.out, *value.getType());
  text.out << ' ';
  if (auto *integer = llvm::dyn_cast<llvm::ConstantInt>(&value)) {
    text.out << integer->getValue();
  } else if (auto *number = llvm::dyn_cast<llvm::ConstantFP>(&value)) {
    text.out << number->getValueAPF().bitcastToAPInt(); // bits: -0.0 and the NaNs are different constants
  } else if (auto *data = llvm::dyn_cast<llvm::ConstantDataSequential>(&value)) {
    text.out << llvm::toHex(data->getRawDataValues());
  } else if (llvm::isa<llvm::PoisonValue>(value)) {
    text.out << "poison";
  } else if (llvm::isa<llvm::UndefValue>(value)) {
    text.out << "undef";
  } else if (value.isNullValue()) {
    text.out << "zero";
  } else {
    // Aggregates, and the wrappers dso_local_equivalent and no_cfi: the kind tells them apart.
    text.out << '{' << value.getValueID();
    for (const llvm::Use &operand : value.operands()) {
      text.out << ' ';
      constant(text, llvm::cast<llvm::Constant>(*operand));
    }
    text.out << '}';
  }
}

Fingerprint CanonicalText::function(const llvm::Function &function) {
  HashStream out;
  Text text(out);
  text.self = &function;
  body(text, function);
  namedConstants(text);
  return {out.hash(), std::move(text.references)};
}

} // namespace livepatch

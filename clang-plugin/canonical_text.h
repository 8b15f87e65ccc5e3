// The canonical text of a module's functions and constants, whose hash is their fingerprint.
//
// Two texts are equal exactly when the code is: blind to debug information, value and struct names, linkage,
// visibility, dso_local and the compiler's own numbering; constants count by content. Whatever can change machine code
// must be in: a difference that is missed leaves old code running in silence, one too many only makes a patch larger.
#pragma once

#include "clang-plugin/symbol_naming.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Operator.h"
#include "llvm/Support/raw_ostream.h"

#include <functional>
#include <string>

namespace livepatch {

using References = llvm::SetVector<const llvm::GlobalValue *>;

// A hash and the symbols that the hashed text refers to, private constants replaced by what they refer to.
struct Fingerprint {
  std::string hash; // 128 bits, 32 hexadecimal digits
  References references;
};

// A constant without a symbol, or one whose address nobody can compare: only its content counts.
bool isContentOnly(const llvm::GlobalValue &value);
// A constant with a symbol and an initialiser that the text of its users has to include.
bool isNamedConstant(const llvm::GlobalValue &value);

class CanonicalText {
public:
  // After optimisation a callee that cannot throw is part of its callers' tables.
  enum class Stage { Early, Late };
  CanonicalText(const llvm::Module &module, Stage stage);

  Fingerprint function(const llvm::Function &function);
  // Type and initialiser; other named symbols by name.
  const Fingerprint &content(const llvm::GlobalVariable &variable);

private:
  // One text under way. Symbols that share a canonical name are numbered by their first appearance in it.
  struct Text {
    explicit Text(llvm::raw_ostream &stream) : out(stream) {}
    llvm::raw_ostream &out;
    References references;
    llvm::DenseMap<const llvm::GlobalValue *, unsigned> ordinals;
    llvm::StringMap<unsigned> used;
    const llvm::Function *self = nullptr;
    bool byNameOnly = false; // leave out the content behind ambiguous names: the inner text of such a content
  };
  struct Body {
    explicit Body(Text &whole) : text(whole) {}
    Text &text;
    llvm::DenseMap<const llvm::Value *, unsigned> numbers; // arguments, blocks, instructions in order
    bool handlesExceptions = false;
  };

  void reference(Text &text, const llvm::GlobalValue &value);
  void constant(Text &text, const llvm::Constant &value);
  void expression(Text &text, const llvm::ConstantExpr &value);
  void blockAddress(Text &text, const llvm::BlockAddress &value);
  void pointerArithmetic(Text &text, const llvm::GEPOperator &value,
                         const std::function<void(const llvm::Value &)> &printOperand);
  void namedConstants(Text &text);

  void body(Text &text, const llvm::Function &function);
  void instruction(Body &body, const llvm::Instruction &instruction);
  void properties(Body &body, const llvm::Instruction &instruction);
  void call(Body &body, const llvm::CallBase &call);
  void operand(Body &body, const llvm::Value &value);
  void metadata(Body &body, const llvm::Instruction &instruction);
  void metadataNode(Body &body, const llvm::Metadata *node, unsigned depth);
  const std::string &ambiguousContent(const llvm::GlobalValue &value);

  const llvm::DataLayout &layout_;
  Stage stage_;
  SymbolNaming naming_;
  llvm::DenseMap<const llvm::GlobalVariable *, Fingerprint> contents_;
  llvm::DenseSet<const llvm::GlobalVariable *> underWay_;
  llvm::DenseMap<const llvm::GlobalValue *, std::string> ambiguousContents_;
  llvm::DenseMap<void *, std::string> callAttributes_; // by the identity of the uniqued attribute list
  llvm::DenseSet<unsigned> neutralMetadata_;
};

} // namespace livepatch

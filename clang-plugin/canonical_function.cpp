// The half of CanonicalText that prints function bodies.
#include "clang-plugin/canonical_text.h"

#include "clang-plugin/llvm_compat.h"
#include "clang-plugin/type_text.h"

#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

namespace livepatch {

namespace {

// Says nothing about the machine code by itself: what the optimiser made of it is in the code already. Branch weights
// move blocks but do not change what they do.
constexpr const char *neutralMetadata[] = {
    "dbg",  "tbaa",      "tbaa.struct",       "srcloc",     "llvm.loop",     "alias.scope", "noalias",
    "prof", "noundef",   "llvm.access.group", "annotation", "heapallocsite", "DIAssignID",  "nosanitize",
    "mmra", "misexpect", "unpredictable",     "pcsections", "memprof",       "callsite",    "coro.outside.frame",
};

bool isPointerCast(const llvm::Value &value) {
  return llvm::isa<llvm::BitCastInst>(value) && value.getType()->isPointerTy();
}

bool isWithoutCode(const llvm::Instruction &instruction) {
  return llvm::isa<llvm::DbgInfoIntrinsic>(instruction) || llvm::isa<llvm::PseudoProbeInst>(instruction) ||
         isPointerCast(instruction);
}

template <typename Access>
void printAccess(llvm::raw_ostream &out, const Access &access) {
  out << " volatile" << access.isVolatile() << " align" << access.getAlign().value();
}

template <typename Access>
void printOrdering(llvm::raw_ostream &out, const Access &access) {
  out << " order" << static_cast<int>(access.getOrdering()) << " scope" << static_cast<int>(access.getSyncScopeID());
}

void printIndices(llvm::raw_ostream &out, llvm::ArrayRef<unsigned> indices) {
  for (const unsigned index : indices)
    out << " #" << index;
}

} // namespace

CanonicalText::CanonicalText(const llvm::Module &module, Stage stage)
    : layout_(module.getDataLayout()), stage_(stage), naming_(module) {
  for (const char *kind : neutralMetadata)
    neutralMetadata_.insert(module.getContext().getMDKindID(kind));
}

void CanonicalText::operand(Body &body, const llvm::Value &value) {
  const llvm::Value *at = &value;
  while (isPointerCast(*at))
    at = llvm::cast<llvm::BitCastInst>(at)->getOperand(0);
  llvm::raw_ostream &out = body.text.out;
  if (const auto number = body.numbers.find(at); number != body.numbers.end()) {
    out << '%' << number->second;
  } else if (auto *known = llvm::dyn_cast<llvm::Constant>(at)) {
    constant(body.text, *known);
  } else if (auto *assembly = llvm::dyn_cast<llvm::InlineAsm>(at)) {
    out << "asm(" << assembly->getAsmString() << '|' << assembly->getConstraintString() << '|'
        << assembly->hasSideEffects() << assembly->isAlignStack() << static_cast<int>(assembly->getDialect())
        << assembly->canThrow() << ')';
  } else if (auto *wrapped = llvm::dyn_cast<llvm::MetadataAsValue>(at)) {
    metadataNode(body, wrapped->getMetadata(), 0);
  } else {
    out << '?' << at->getValueID();
  }
}

void CanonicalText::metadataNode(Body &body, const llvm::Metadata *node, unsigned depth) {
  // Semantic metadata is flat (!range, register names); depth guards against self-referring nodes.
  if (!node || depth > 4)
    return;
  if (auto *text = llvm::dyn_cast<llvm::MDString>(node)) {
    body.text.out << text->getString() << ',';
  } else if (auto *value = llvm::dyn_cast<llvm::ValueAsMetadata>(node)) {
    operand(body, *value->getValue());
    body.text.out << ',';
  } else if (auto *tuple = llvm::dyn_cast<llvm::MDTuple>(node)) {
    body.text.out << '(';
    for (const llvm::MDOperand &inner : tuple->operands())
      metadataNode(body, inner.get(), depth + 1);
    body.text.out << ')';
  }
}

void CanonicalText::metadata(Body &body, const llvm::Instruction &instruction) {
  if (!instruction.hasMetadataOtherThanDebugLoc())
    return;
  llvm::SmallVector<std::pair<unsigned, llvm::MDNode *>, 4> attached;
  instruction.getAllMetadataOtherThanDebugLoc(attached);
  for (const auto &[kind, node] : attached) {
    if (neutralMetadata_.contains(kind))
      continue;
    body.text.out << " !" << kind;
    metadataNode(body, node, 0);
  }
}

void CanonicalText::properties(Body &body, const llvm::Instruction &instruction) {
  llvm::raw_ostream &out = body.text.out;
  if (auto *compare = llvm::dyn_cast<llvm::CmpInst>(&instruction)) {
    out << " predicate" << compare->getPredicate();
  } else if (auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) {
    printAccess(out, *load);
    printOrdering(out, *load);
  } else if (auto *store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) {
    printAccess(out, *store);
    printOrdering(out, *store);
  } else if (auto *update = llvm::dyn_cast<llvm::AtomicRMWInst>(&instruction)) {
    out << " operation" << update->getOperation();
    printAccess(out, *update);
    printOrdering(out, *update);
  } else if (auto *exchange = llvm::dyn_cast<llvm::AtomicCmpXchgInst>(&instruction)) {
    printAccess(out, *exchange);
    out << " weak" << exchange->isWeak() << " order" << static_cast<int>(exchange->getSuccessOrdering()) << '/'
        << static_cast<int>(exchange->getFailureOrdering()) << " scope" << static_cast<int>(exchange->getSyncScopeID());
  } else if (auto *fence = llvm::dyn_cast<llvm::FenceInst>(&instruction)) {
    printOrdering(out, *fence);
  } else if (auto *local = llvm::dyn_cast<llvm::AllocaInst>(&instruction)) {
    out << " size" << layout_.getTypeAllocSize(local->getAllocatedType()).getKnownMinValue() << " align"
        << local->getAlign().value() << " inalloca" << local->isUsedWithInAlloca() << local->isSwiftError();
  } else if (auto *extract = llvm::dyn_cast<llvm::ExtractValueInst>(&instruction)) {
    printIndices(out, extract->getIndices());
  } else if (auto *insert = llvm::dyn_cast<llvm::InsertValueInst>(&instruction)) {
    printIndices(out, insert->getIndices());
  } else if (auto *shuffle = llvm::dyn_cast<llvm::ShuffleVectorInst>(&instruction)) {
    for (const int lane : shuffle->getShuffleMask())
      out << " #" << lane;
  } else if (auto *pad = llvm::dyn_cast<llvm::LandingPadInst>(&instruction)) {
    out << " cleanup" << pad->isCleanup();
    for (unsigned i = 0; i < pad->getNumClauses(); ++i)
      out << (pad->isCatch(i) ? " catch" : " filter");
  }
}

void CanonicalText::call(Body &body, const llvm::CallBase &call) {
  llvm::raw_ostream &out = body.text.out;
  out << " cc" << call.getCallingConv() << ' ';
  if (auto *plain = llvm::dyn_cast<llvm::CallInst>(&call))
    out << "tail" << plain->getTailCallKind() << ' ';
  printType(out, *call.getFunctionType());
  const llvm::AttributeList attributes = call.getAttributes();
  if (!attributes.isEmpty()) {
    // The same list stands at many calls. Its text depends on the number of arguments only for variadic functions.
    const auto [known, isNew] = callAttributes_.try_emplace(attributes.getRawPointer());
    if (isNew) {
      llvm::raw_string_ostream text(known->second);
      printAttributes(text, attributes, attributes.getNumAttrSets(), AttributeScope::CallSite);
    }
    out << known->second;
  }
  // A function with handlers has a table of its calls. Those that cannot throw are left out of it, and what they throw
  // all the same ends the program (Itanium C++ ABI, level II).
  const auto *callee = llvm::dyn_cast<llvm::Function>(call.getCalledOperand()->stripPointerCasts());
  if (body.handlesExceptions && callee && callee->doesNotThrow())
    out << " not-in-table";
  for (unsigned i = 0; i < call.getNumOperandBundles(); ++i) {
    const llvm::OperandBundleUse bundle = call.getOperandBundleAt(i);
    out << " bundle " << bundle.getTagName() << ' ' << bundle.Inputs.size();
  }
  for (const llvm::Use &use : call.operands()) {
    out << ' ';
    operand(body, *use);
  }
}

void CanonicalText::instruction(Body &body, const llvm::Instruction &instruction) {
  llvm::raw_ostream &out = body.text.out;
  out << body.numbers[&instruction] << '=' << instruction.getOpcodeName() << ' ';
  printType(out, *instruction.getType());
  // nuw, nsw, exact, inbounds, disjoint, fast-math: all live in these bits.
  out << " flags" << instruction.getRawSubclassOptionalData();
  properties(body, instruction);
  if (auto *arithmetic = llvm::dyn_cast<llvm::GetElementPtrInst>(&instruction)) {
    out << ' ';
    pointerArithmetic(body.text, llvm::cast<llvm::GEPOperator>(*arithmetic),
                      [&](const llvm::Value &value) { operand(body, value); });
  } else if (auto *called = llvm::dyn_cast<llvm::CallBase>(&instruction)) {
    call(body, *called);
  } else if (auto *phi = llvm::dyn_cast<llvm::PHINode>(&instruction)) {
    for (unsigned i = 0; i < phi->getNumIncomingValues(); ++i) {
      out << " [";
      operand(body, *phi->getIncomingValue(i));
      out << ' ' << body.numbers[phi->getIncomingBlock(i)] << ']';
    }
  } else {
    for (const llvm::Use &use : instruction.operands()) {
      out << ' ';
      operand(body, *use);
    }
  }
  metadata(body, instruction);
  out << '\n';
}

void CanonicalText::body(Text &text, const llvm::Function &function) {
  llvm::raw_ostream &out = text.out;
  printType(out, *function.getFunctionType());
  out << " cc" << function.getCallingConv();
  if (!function.getSection().empty())
    out << " section " << function.getSection();
  if (function.hasGC())
    out << " gc " << function.getGC();
  printAttributes(out, function.getAttributes(), function.arg_size(), AttributeScope::Definition);
  // Without tables for all, a function that cannot throw has none, and nothing can be thrown through it.
  if (stage_ == Stage::Late && !function.hasUWTable() && function.doesNotThrow())
    out << " without-frame";
  if (function.hasPersonalityFn()) {
    out << " personality ";
    constant(text, *function.getPersonalityFn());
  }
  if (function.hasPrefixData()) {
    out << " prefix ";
    constant(text, *function.getPrefixData());
  }
  out << '\n';

  Body numbered(text);
  unsigned next = 0;
  for (const llvm::Argument &argument : function.args())
    numbered.numbers[&argument] = next++;
  for (const llvm::BasicBlock &block : function) {
    numbered.numbers[&block] = next++;
    for (const llvm::Instruction &instruction : block)
      if (!isWithoutCode(instruction))
        numbered.numbers[&instruction] = next++;
    numbered.handlesExceptions |= stage_ == Stage::Late && block.isLandingPad();
  }
  for (const llvm::BasicBlock &block : function) {
    out << numbered.numbers[&block] << (block.hasAddressTaken() ? "*:\n" : ":\n");
    for (const llvm::Instruction &each : block)
      if (!isWithoutCode(each))
        instruction(numbered, each);
  }
}

} // namespace livepatch

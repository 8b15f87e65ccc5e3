#include "clang-plugin/padding.h"

#include "clang-plugin/llvm_compat.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/DataLayout.h"

#include <array>

namespace livepatch {
namespace {

constexpr std::array<std::uint8_t, 5> nop5 = {
    0x0f, 0x1f, 0x44, 0x00, 0x08, // nopl 8(%rax,%rax,1)
};

// LLVM puts prologue data in front of the function's own endbr64, so an indirect call needs one here. The 4-byte NOP
// moves the redirectable one to offset 8: at 4 it would lie across the border of the first word.
constexpr std::array<std::uint8_t, 13> endbrNop5 = {
    0xf3, 0x0f, 0x1e, 0xfa,       // endbr64
    0x0f, 0x1f, 0x40, 0x00,       // nopl 0(%rax)
    0x0f, 0x1f, 0x44, 0x00, 0x08, // nopl 8(%rax,%rax,1)
};

constexpr std::uint64_t wordSize = 8;
constexpr std::uint64_t entryAlignment = 16;

bool needsEndbr(const llvm::Function &function) {
  auto *flag =
      llvm::mdconst::extract_or_null<llvm::ConstantInt>(function.getParent()->getModuleFlag("cf-protection-branch"));
  return flag && !flag->isZero() && !function.hasFnAttribute(llvm::Attribute::NoCfCheck);
}

} // namespace

llvm::StringRef paddingName(PaddingKind kind) {
  switch (kind) {
  case PaddingKind::Nop5:
    return "nop5";
  case PaddingKind::EndbrNop5:
    return "endbr-nop5";
  case PaddingKind::None:
    break;
  }
  return "none";
}

Padding pad(llvm::Function &function) {
  if (function.isDeclaration() || function.hasFnAttribute(llvm::Attribute::Naked))
    return {};
  llvm::LLVMContext &context = function.getContext();
  const bool branchProtected = needsEndbr(function);
  llvm::Constant *bytes = branchProtected ? llvm::ConstantDataArray::get(context, llvm::ArrayRef(endbrNop5))
                                          : llvm::ConstantDataArray::get(context, llvm::ArrayRef(nop5));
  Padding padding{branchProtected ? PaddingKind::EndbrNop5 : PaddingKind::Nop5,
                  branchProtected ? endbrNop5.size() - nop5.size() : 0};
  if (function.hasPrologueData()) {
    // Clang 14's -fsanitize=function begins functions with a jump over its signature, which callers look for at the
    // entry itself. The NOP goes behind it, where the jump leads, if that is inside one word.
    llvm::Constant *before = function.getPrologueData();
    const std::uint64_t size =
        function.getParent()->getDataLayout().getTypeAllocSize(before->getType()).getFixedValue();
    if (branchProtected || size % wordSize > wordSize - nop5.size())
      return {};
    bytes = llvm::ConstantStruct::getAnon(context, {before, bytes}, /*Packed=*/true);
    padding.offset = size;
  }
  function.setPrologueData(bytes);
  if (alignmentOf(function) < entryAlignment)
    function.setAlignment(llvm::Align(entryAlignment));
  return padding;
}

} // namespace livepatch

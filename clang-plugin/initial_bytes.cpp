#include "clang-plugin/initial_bytes.h"

#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

#include <algorithm>

namespace livepatch {
namespace {

constexpr std::size_t piecesAtMost = 65536;

void addPieces(const llvm::DataLayout &layout, llvm::Type *type, std::uint64_t offset,
               std::vector<InitialPiece> &pieces) {
  if (pieces.size() > piecesAtMost)
    return;
  if (auto *structure = llvm::dyn_cast<llvm::StructType>(type)) {
    const llvm::StructLayout *fields = layout.getStructLayout(structure);
    for (unsigned i = 0; i < structure->getNumElements(); ++i)
      addPieces(layout, structure->getElementType(i), offset + static_cast<std::uint64_t>(fields->getElementOffset(i)),
                pieces);
    return;
  }
  auto *array = llvm::dyn_cast<llvm::ArrayType>(type);
  if (array && !array->getElementType()->isIntegerTy(8)) {
    const std::uint64_t step = layout.getTypeAllocSize(array->getElementType()).getFixedValue();
    for (std::uint64_t i = 0; i < array->getNumElements() && pieces.size() <= piecesAtMost; ++i)
      addPieces(layout, array->getElementType(), offset + i * step, pieces);
    return;
  }
  pieces.push_back({offset, layout.getTypeAllocSize(type).getFixedValue()});
}

class Layout {
public:
  Layout(const llvm::DataLayout &layout, std::uint64_t size) : layout_(layout) { result_.bytes.resize(size); }

  void place(const llvm::Constant &value, std::uint64_t offset) {
    if (value.isNullValue() || llvm::isa<llvm::UndefValue>(value))
      return;
    if (auto *integer = llvm::dyn_cast<llvm::ConstantInt>(&value))
      return number(integer->getValue(), offset);
    if (auto *real = llvm::dyn_cast<llvm::ConstantFP>(&value))
      return number(real->getValueAPF().bitcastToAPInt(), offset);
    if (auto *data = llvm::dyn_cast<llvm::ConstantDataSequential>(&value)) {
      const std::uint64_t step = layout_.getTypeAllocSize(data->getElementType()).getFixedValue();
      for (unsigned i = 0; i < data->getNumElements(); ++i)
        place(*data->getElementAsConstant(i), offset + i * step);
      return;
    }
    if (auto *structure = llvm::dyn_cast<llvm::ConstantStruct>(&value)) {
      const llvm::StructLayout *fields = layout_.getStructLayout(structure->getType());
      for (unsigned i = 0; i < structure->getNumOperands(); ++i)
        place(*structure->getOperand(i), offset + static_cast<std::uint64_t>(fields->getElementOffset(i)));
      return;
    }
    if (llvm::isa<llvm::ConstantAggregate>(value)) {
      if (value.getNumOperands() == 0)
        return;
      const std::uint64_t step = layout_.getTypeAllocSize(value.getOperand(0)->getType()).getFixedValue();
      for (unsigned i = 0; i < value.getNumOperands(); ++i)
        place(llvm::cast<llvm::Constant>(*value.getOperand(i)), offset + i * step);
      return;
    }
    address(value, offset);
  }

  InitialBytes take() {
    if (std::all_of(result_.bytes.begin(), result_.bytes.end(), [](std::uint8_t byte) { return byte == 0; }))
      result_.bytes.clear();
    return std::move(result_);
  }

private:
  void number(const llvm::APInt &value, std::uint64_t offset) {
    for (unsigned bit = 0; bit < value.getBitWidth(); bit += 8) { // little-endian: x86-64
      const std::uint64_t at = offset + bit / 8;
      if (at >= result_.bytes.size())
        return;
      result_.bytes[at] =
          static_cast<std::uint8_t>(value.extractBitsAsZExtValue(std::min(8U, value.getBitWidth() - bit), bit));
    }
  }

  void address(const llvm::Constant &value, std::uint64_t offset) {
    const llvm::Constant *at = &value;
    auto *cast = llvm::dyn_cast<llvm::ConstantExpr>(at);
    if (cast && cast->getOpcode() == llvm::Instruction::PtrToInt) {
      if (layout_.getTypeAllocSize(cast->getType()) != layout_.getPointerSize()) {
        result_.complete = false;
        return;
      }
      at = cast->getOperand(0);
    }
    if (!at->getType()->isPointerTy()) {
      result_.complete = false;
      return;
    }
    llvm::APInt addend(layout_.getIndexTypeSizeInBits(at->getType()), 0);
    const llvm::Value *base = at->stripAndAccumulateConstantOffsets(layout_, addend, /*AllowNonInbounds=*/true);
    if (auto *symbol = llvm::dyn_cast<llvm::GlobalValue>(base))
      result_.pointers.push_back({offset, symbol, addend.getSExtValue()});
    else
      result_.complete = false;
  }

  const llvm::DataLayout &layout_;
  InitialBytes result_;
};

} // namespace

InitialBytes initialBytes(const llvm::GlobalVariable &variable) {
  const llvm::DataLayout &layout = variable.getParent()->getDataLayout();
  Layout placed(layout, layout.getTypeAllocSize(variable.getValueType()).getFixedValue());
  if (variable.hasInitializer())
    placed.place(*variable.getInitializer(), 0);
  InitialBytes result = placed.take();
  if (variable.getValueType()->isAggregateType() && !variable.isConstant())
    addPieces(layout, variable.getValueType(), 0, result.pieces);
  if (result.pieces.size() > piecesAtMost)
    result.pieces.clear();
  return result;
}

} // namespace livepatch

#include "patchbuild/verify/machine_code.h"

#include <Zydis/Zydis.h>

#include <algorithm>

namespace livepatch {

namespace {

const ZydisDecoder &decoder() {
  static const ZydisDecoder made = [] {
    ZydisDecoder decoder;
    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
    return decoder;
  }();
  return made;
}

struct Decoded {
  ZydisDecodedInstruction instruction;
  ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
};

bool decodeOne(std::span<const std::uint8_t> bytes, Decoded &out) {
  return ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder(), bytes.data(), bytes.size(), &out.instruction, out.operands));
}

bool isPadding(const Decoded &one) {
  if (one.instruction.mnemonic == ZYDIS_MNEMONIC_NOP || one.instruction.mnemonic == ZYDIS_MNEMONIC_INT3)
    return true;
  return one.instruction.mnemonic == ZYDIS_MNEMONIC_XCHG && one.operands[0].type == ZYDIS_OPERAND_TYPE_REGISTER &&
         one.operands[1].type == ZYDIS_OPERAND_TYPE_REGISTER &&
         one.operands[0].reg.value == one.operands[1].reg.value && one.operands[0].reg.value == ZYDIS_REGISTER_AX;
}

CodeOperand memoryOperand(const Decoded &one, const ZydisDecodedOperand &given, std::uint64_t at) {
  CodeOperand out;
  out.segment = static_cast<std::uint16_t>(given.mem.segment);
  out.base = static_cast<std::uint16_t>(given.mem.base);
  out.index = static_cast<std::uint16_t>(given.mem.index);
  out.scale = given.mem.index == ZYDIS_REGISTER_NONE ? 0 : given.mem.scale;
  out.number = given.mem.disp.has_displacement ? given.mem.disp.value : 0;
  out.kind = OperandKind::Memory;
  const bool free = given.mem.base == ZYDIS_REGISTER_NONE && given.mem.index == ZYDIS_REGISTER_NONE;
  out.threadRelative = free && given.mem.segment == ZYDIS_REGISTER_FS;
  if (given.mem.base == ZYDIS_REGISTER_RIP || given.mem.base == ZYDIS_REGISTER_EIP) {
    out.kind = OperandKind::Located;
    out.base = 0;
    out.address = at + one.instruction.length + static_cast<std::uint64_t>(out.number);
    out.number = 0;
  }
  return out;
}

CodeOperand operandOf(const Decoded &one, const ZydisDecodedOperand &given, std::uint64_t at) {
  CodeOperand out;
  switch (given.type) {
  case ZYDIS_OPERAND_TYPE_REGISTER:
    out.kind = OperandKind::Register;
    out.base = static_cast<std::uint16_t>(given.reg.value);
    break;
  case ZYDIS_OPERAND_TYPE_MEMORY:
    out = memoryOperand(one, given, at);
    break;
  case ZYDIS_OPERAND_TYPE_IMMEDIATE:
    out.kind = given.imm.is_relative ? OperandKind::Code : OperandKind::Immediate;
    out.number = given.imm.value.s;
    if (given.imm.is_relative) {
      out.address = at + one.instruction.length + static_cast<std::uint64_t>(given.imm.value.s);
      out.number = 0;
    }
    return out; // the size is that of the encoding, not of the operation
  case ZYDIS_OPERAND_TYPE_POINTER:
  case ZYDIS_OPERAND_TYPE_UNUSED:
    break;
  }
  out.bits = given.size;
  return out;
}

CodeInstruction instructionOf(const Decoded &one, std::uint64_t at) {
  CodeInstruction out;
  out.address = at;
  out.mnemonic = static_cast<std::uint16_t>(one.instruction.mnemonic);
  out.prefixes = one.instruction.attributes &
                 (ZYDIS_ATTRIB_HAS_LOCK | ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE | ZYDIS_ATTRIB_HAS_REPNE);
  out.loads = one.instruction.mnemonic == ZYDIS_MNEMONIC_MOV;
  out.computesAddress = one.instruction.mnemonic == ZYDIS_MNEMONIC_LEA;
  for (std::size_t i = 0; i < one.instruction.operand_count_visible && i < out.operands.size(); ++i)
    out.operands[out.operandCount++] = operandOf(one, one.operands[i], at);
  return out;
}

} // namespace

std::size_t MachineCode::indexAt(std::uint64_t at) const {
  const auto found = std::lower_bound(instructions.begin(), instructions.end(), at,
                                      [](const CodeInstruction &i, std::uint64_t value) { return i.address < value; });
  return static_cast<std::size_t>(found - instructions.begin());
}

MachineCode decodeCode(std::uint64_t at, std::span<const std::uint8_t> bytes) {
  MachineCode out{at, at + bytes.size(), {}, at + bytes.size(), false};
  Decoded one;
  for (std::size_t offset = 0; offset < bytes.size(); offset += one.instruction.length) {
    if (!decodeOne(bytes.subspan(offset), one)) {
      out.undecoded = at + offset;
      break;
    }
    out.readsDistances |=
        one.instruction.mnemonic == ZYDIS_MNEMONIC_MOVSXD && one.operands[1].type == ZYDIS_OPERAND_TYPE_MEMORY;
    if (!isPadding(one))
      out.instructions.push_back(instructionOf(one, at + offset));
  }
  return out;
}

std::optional<std::uint64_t> linkageSlot(std::uint64_t at, std::span<const std::uint8_t> bytes) {
  Decoded one;
  std::size_t offset = 0;
  for (int step = 0; step < 2 && offset < bytes.size(); ++step) {
    if (!decodeOne(bytes.subspan(offset), one))
      return std::nullopt;
    if (one.instruction.mnemonic == ZYDIS_MNEMONIC_JMP && one.operands[0].type == ZYDIS_OPERAND_TYPE_MEMORY) {
      const CodeOperand slot = operandOf(one, one.operands[0], at + offset);
      if (slot.kind == OperandKind::Located)
        return slot.address;
      if (slot.kind == OperandKind::Memory && slot.base == 0 && slot.index == 0)
        return static_cast<std::uint64_t>(slot.number);
      return std::nullopt;
    }
    if (one.instruction.mnemonic != ZYDIS_MNEMONIC_ENDBR64)
      return std::nullopt;
    offset += one.instruction.length;
  }
  return std::nullopt;
}

std::string disassemble(std::uint64_t at, std::span<const std::uint8_t> bytes) {
  Decoded one;
  if (!decodeOne(bytes, one))
    return "(no instruction)";
  ZydisFormatter formatter;
  ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_INTEL);
  char text[256] = "";
  ZydisFormatterFormatInstruction(&formatter, &one.instruction, one.operands, one.instruction.operand_count_visible,
                                  text, sizeof text, at, nullptr);
  return text;
}

} // namespace livepatch

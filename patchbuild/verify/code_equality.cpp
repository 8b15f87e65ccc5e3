// The half of Equality that compares instructions.
#include "patchbuild/verify/equality.h"

#include <algorithm>

namespace livepatch {

namespace {

bool isSlot(const BuiltProgram &program, const CodeOperand &operand) {
  if (operand.kind != OperandKind::Located)
    return false;
  const ProgramSection *section = program.sectionAt(operand.address);
  return section && section->name.starts_with(".got");
}

// "mov reg, [slot]"
bool loadsSlot(const BuiltProgram &program, const CodeInstruction &instruction) {
  return instruction.loads && instruction.operandCount == 2 && isSlot(program, instruction.operands[1]);
}

// "lea reg, [thing]", what a linker makes of the former where it knows the thing
bool computesLocated(const CodeInstruction &instruction) {
  return instruction.computesAddress && instruction.operands[1].kind == OperandKind::Located;
}

std::string textAt(const BuiltProgram &program, std::uint64_t at, std::uint64_t end) {
  const auto bytes = program.bytesAt(at, std::min<std::uint64_t>(15, end - at));
  return bytes ? disassemble(at, *bytes) : "";
}

} // namespace

bool Equality::fail(std::string why) {
  if (why_.empty())
    why_ = std::move(why);
  return false;
}

std::optional<bool> Equality::viaSlotOnOneSide(const Scope &scope, const CodeInstruction &before,
                                               const CodeInstruction &after) {
  const bool wasSlot = loadsSlot(before_, before), isSlotNow = loadsSlot(after_, after);
  if (wasSlot == isSlotNow || !(wasSlot ? computesLocated(after) : computesLocated(before)))
    return std::nullopt;
  if (before.operands[0].base != after.operands[0].base)
    return false;
  const auto direct = [](std::uint64_t address) { return ProgramSlot{0, {}, address}; };
  const ProgramSlot was = wasSlot ? slotAt(before_, before.operands[1].address) : direct(before.operands[1].address);
  const ProgramSlot now = isSlotNow ? slotAt(after_, after.operands[1].address) : direct(after.operands[1].address);
  return slots(scope, was, now);
}

bool Equality::numbers(const Scope &scope, const CodeOperand &before, const CodeOperand &after, bool mayBeLine) {
  const auto was = static_cast<std::uint64_t>(before.number), now = static_cast<std::uint64_t>(after.number);
  // Without position independence, a number may be an address.
  if (before_.fixedAddresses && after_.fixedAddresses && before_.sectionAt(was) && after_.sectionAt(now))
    return addresses(scope, was, now);
  if (was == now)
    return true;
  return mayBeLine && hints_.isMovedLine && hints_.isMovedLine(scope.unit, was, now);
}

bool Equality::located(const Scope &scope, const CodeInstruction &holder, const CodeOperand &before,
                       const CodeOperand &after) {
  if (isSlot(before_, before) && isSlot(after_, after))
    return slots(scope, slotAt(before_, before.address), slotAt(after_, after.address));
  const bool named = !before_.symbolsAt(before.address).empty() || !after_.symbolsAt(after.address).empty();
  // A constant without a name: what is read of it says how large it is.
  if (!named && !holder.computesAddress && before.bits != 0)
    return contents(scope, before.address, after.address, before.bits / 8u, false);
  return addresses(scope, before.address, after.address);
}

bool Equality::operands(const Scope &scope, const CodeInstruction &holder, const CodeOperand &before,
                        const CodeOperand &after) {
  if (before.kind != after.kind)
    return false;
  switch (before.kind) {
  case OperandKind::Register:
    return before.base == after.base;
  case OperandKind::Immediate:
    return numbers(scope, before, after, true);
  case OperandKind::Code:
    return addresses(scope, before.address, after.address);
  case OperandKind::Located:
    return before.bits == after.bits && before.segment == after.segment && located(scope, holder, before, after);
  case OperandKind::Memory:
    break;
  }
  if (before.segment != after.segment || before.base != after.base || before.index != after.index ||
      before.scale != after.scale || before.bits != after.bits)
    return false;
  if (before.threadRelative)
    return threadLocals(before_.threadBlockSize + static_cast<std::uint64_t>(before.number),
                        after_.threadBlockSize + static_cast<std::uint64_t>(after.number));
  return numbers(scope, before, after, holder.computesAddress);
}

bool Equality::instructions(const Scope &scope, const CodeInstruction &before, const CodeInstruction &after) {
  if (const auto answer = viaSlotOnOneSide(scope, before, after))
    return *answer;
  if (before.mnemonic != after.mnemonic || before.prefixes != after.prefixes ||
      before.operandCount != after.operandCount)
    return false;
  for (std::size_t i = 0; i < before.operandCount; ++i)
    if (!operands(scope, before, before.operands[i], after.operands[i]))
      return false;
  return true;
}

std::optional<Difference> Equality::code(std::size_t unit, Extent before, Extent after) {
  const auto oldBytes = before_.bytesAt(before.address, before.size);
  const auto newBytes = after_.bytesAt(after.address, after.size);
  if (!oldBytes || !newBytes)
    return Difference{before.address, after.address, {}, {}, "its machine code is not in the file"};
  const MachineCode was = decodeCode(before.address, *oldBytes), now = decodeCode(after.address, *newBytes);
  const Scope scope{unit, &was, &now};
  why_.clear();
  const std::size_t common = std::min(was.instructions.size(), now.instructions.size());
  for (std::size_t i = 0; i < common; ++i) {
    const CodeInstruction &old = was.instructions[i], &fresh = now.instructions[i];
    if (!instructions(scope, old, fresh))
      return Difference{old.address, fresh.address, textAt(before_, old.address, was.end),
                        textAt(after_, fresh.address, now.end), why_};
  }
  if (was.instructions.size() != now.instructions.size()) {
    const std::uint64_t old = common < was.instructions.size() ? was.instructions[common].address : was.end;
    const std::uint64_t fresh = common < now.instructions.size() ? now.instructions[common].address : now.end;
    return Difference{old,
                      fresh,
                      old == was.end ? "(end)" : textAt(before_, old, was.end),
                      fresh == now.end ? "(end)" : textAt(after_, fresh, now.end),
                      {}};
  }
  // Behind what is no instruction (data that inline assembly put there) only the bytes can be compared.
  if (!std::equal(oldBytes->begin() + static_cast<std::ptrdiff_t>(was.undecoded - was.begin), oldBytes->end(),
                  newBytes->begin() + static_cast<std::ptrdiff_t>(now.undecoded - now.begin), newBytes->end()))
    return Difference{was.undecoded, now.undecoded, {}, {}, "bytes that are no instructions differ"};
  return exceptions(scope);
}

std::optional<Difference> Equality::functions(const ProgramEntity &before, const ProgramEntity &after) {
  return code(after.unit, {before.function->address->value, before.function->size},
              {after.function->address->value, after.function->size});
}

} // namespace livepatch

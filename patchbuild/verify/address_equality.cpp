// The part of Equality that says whether two addresses lead to the same thing.
#include "patchbuild/verify/equality.h"

#include "patchbuild/decide/numbered_names.h"
#include "patchbuild/verify/build_words.h"

#include <fmt/format.h>

#include <elf.h>

#include <algorithm>

namespace livepatch {

namespace {

bool isThreadSlot(const ProgramSlot &slot) {
  return slot.type == R_X86_64_TPOFF64 || slot.type == R_X86_64_DTPOFF64 || slot.type == R_X86_64_DTPMOD64 ||
         slot.type == R_X86_64_TLSDESC;
}

std::uint64_t wordAt(const BuiltProgram &program, std::uint64_t at) {
  std::uint64_t word = 0;
  const auto bytes = program.bytesAt(at, 8);
  for (std::size_t i = 8; bytes && i-- > 0;)
    word = word << 8 | (*bytes)[i];
  return word;
}

bool isLinkageTable(const ProgramSection &section) {
  return section.name.starts_with(".plt") || section.name.starts_with(".iplt");
}

std::optional<ProgramSlot> linkageAt(const BuiltProgram &program, std::uint64_t at) {
  const ProgramSection *section = program.sectionAt(at);
  // A static executable's stubs stand among the code, without a name.
  if (!section || (!isLinkageTable(*section) && !program.symbolsAt(at).empty()))
    return std::nullopt;
  const auto bytes = program.bytesAt(at, std::min<std::uint64_t>(16, section->address + section->size - at));
  const auto slot = bytes ? linkageSlot(at, *bytes) : std::nullopt;
  return slot ? std::optional(slotAt(program, *slot)) : std::nullopt;
}

std::string nameAt(const BuiltProgram &program, std::uint64_t at) {
  if (const auto linkage = linkageAt(program, at); linkage && !linkage->symbol.empty())
    return linkage->symbol;
  const auto symbols = program.symbolsAt(at);
  if (symbols.empty())
    return fmt::format("{:#x}", at);
  const std::uint64_t offset = at - symbols.front()->address;
  return offset ? fmt::format("{}+{:#x}", symbols.front()->name, offset) : symbols.front()->name;
}

// LLVM's names for a table of distances to what an array pointed to: "reltable.f" (14), "f.names.rel" (19).
bool isDistanceTable(const std::string &name) {
  return name.starts_with("reltable.") || withoutNumbers(name).ends_with(".rel");
}

} // namespace

ProgramSlot slotAt(const BuiltProgram &program, std::uint64_t at) {
  const auto found = program.slots.find(at);
  return found == program.slots.end() ? ProgramSlot{R_X86_64_RELATIVE, {}, wordAt(program, at)} : found->second;
}

bool Equality::threadLocals(std::uint64_t before, std::uint64_t after) const {
  const auto was = before_.threadLocals.find(before), now = after_.threadLocals.find(after);
  if (was == before_.threadLocals.end() || now == after_.threadLocals.end())
    return before - before_.threadBlockSize == after - after_.threadBlockSize;
  return was->second == now->second;
}

bool Equality::slots(const Scope &scope, const ProgramSlot &before, const ProgramSlot &after) {
  if (isThreadSlot(before) != isThreadSlot(after) || (isThreadSlot(before) && before.type != after.type))
    return false;
  if (!before.symbol.empty() && !after.symbol.empty()) {
    if (before.symbol == after.symbol && before.addend == after.addend)
      return true;
    return fail(fmt::format("refers to {}, not {}", after.symbol, before.symbol));
  }
  if (before.symbol.empty() && after.symbol.empty())
    return isThreadSlot(before) ? threadLocals(before.addend, after.addend)
                                : addresses(scope, before.addend, after.addend);
  // One of them is bound at link time: the same if that is the thing of this name.
  const auto isNamed = [](const BuiltProgram &program, std::uint64_t at, const std::string &name) {
    const auto symbols = program.symbolsAt(at);
    return std::any_of(symbols.begin(), symbols.end(),
                       [&](const ProgramSymbol *s) { return s->address == at && s->name == name; });
  };
  return before.symbol.empty() ? isNamed(before_, before.addend, after.symbol)
                               : isNamed(after_, after.addend, before.symbol);
}

bool Equality::addresses(const Scope &scope, std::uint64_t before, std::uint64_t after) {
  if (scope.before) {
    const bool was = scope.before->holds(before), is = scope.after->holds(after);
    if (was || is)
      return was && is && scope.before->indexAt(before) == scope.after->indexAt(after);
  }
  const std::pair key(before, after);
  const auto [found, isNew] = known_.try_emplace(key, true);
  if (!isNew)
    return found->second ||
           fail(fmt::format("refers to {}, which is not as {} was", nameAt(after_, after), nameAt(before_, before)));
  const std::size_t mark = order_.size();
  const bool same = decideAddresses(scope, before, after);
  if (same) {
    order_.push_back(key);
    return true;
  }
  // What was found equal on the way may have rested on this.
  for (; order_.size() > mark; order_.pop_back())
    known_.erase(order_.back());
  known_[key] = false;
  return fail(fmt::format("refers to {}, not {}", nameAt(after_, after), nameAt(before_, before)));
}

bool Equality::decideAddresses(const Scope &scope, std::uint64_t before, std::uint64_t after) {
  const ProgramSection *was = before_.sectionAt(before), *is = after_.sectionAt(after);
  if (!was && !is && before == after)
    return true;
  if (!was || !is || was->executable != is->executable)
    return endOfSameArray(scope, before, after);
  return was->executable ? codeAddresses(scope, before, after) : dataAddresses(scope, before, after);
}

bool Equality::codeAddresses(const Scope &scope, std::uint64_t before, std::uint64_t after) {
  const auto oldLinkage = linkageAt(before_, before), newLinkage = linkageAt(after_, after);
  if (oldLinkage || newLinkage)
    return slots(scope, oldLinkage.value_or(ProgramSlot{R_X86_64_RELATIVE, {}, before}),
                 newLinkage.value_or(ProgramSlot{R_X86_64_RELATIVE, {}, after}));
  auto was = before_.symbolsAt(before), is = after_.symbolsAt(after);
  if (was.empty() && is.empty())
    was = before_.symbolsBefore(before), is = after_.symbolsBefore(after); // assembler code without sizes
  for (const ProgramSymbol *x : was)
    for (const ProgramSymbol *y : is) {
      if (!sameFunction(scope, *x, *y))
        continue;
      if (before - x->address == after - y->address)
        return true;
      // Into the middle: labels, and branches between the parts of a split function.
      const auto oldBytes = before_.bytesAt(x->address, x->size), newBytes = after_.bytesAt(y->address, y->size);
      return oldBytes && newBytes &&
             decodeCode(x->address, *oldBytes).indexAt(before) == decodeCode(y->address, *newBytes).indexAt(after);
    }
  return false;
}

bool Equality::sameSymbol(const ProgramSymbol &before, const ProgramSymbol &after) const {
  if (before.name != after.name)
    return false;
  const ProgramEntity *was = before_.entityOf(before), *is = after_.entityOf(after);
  if (!was || !is || (was->linkage() != Linkage::Internal && is->linkage() != Linkage::Internal))
    return true;
  return before_.unitIds[was->unit] == after_.unitIds[is->unit];
}

bool Equality::sameFunction(const Scope &scope, const ProgramSymbol &before, const ProgramSymbol &after) {
  const ProgramEntity *was = before_.entityOf(before), *is = after_.entityOf(after);
  const auto follow = [&] {
    const std::string kept = why_;
    const bool same = !code(scope.unit, {before.address, before.size}, {after.address, after.size});
    if (same)
      why_ = kept;
    return same;
  };
  // A part that the compiler split off has no entry in the map: it belongs to its function.
  if (!was && !is && before.size != 0 && isPartName(before.name) && isPartName(after.name))
    return follow();
  if (!was || !is || !was->function || !is->function)
    return before.name == after.name;
  const std::string &unit = before_.unitIds[was->unit];
  const auto known = hints_.counterparts.find({unit, before.name});
  if (known != hints_.counterparts.end() && known->second == after.name && hints_.notRedirected.contains(known->first))
    return fail(fmt::format("refers to {}, which the patch replaces for its own functions only", before.name));
  if (known != hints_.counterparts.end())
    return known->second == after.name;
  const bool local = was->linkage() == Linkage::Internal && is->linkage() == Linkage::Internal;
  const bool numbered = local && withoutNumbers(before.name) == withoutNumbers(after.name) &&
                        (withoutNumbers(before.name) != before.name || before.name != after.name);
  // A macro that puts its line into the names of what it defines.
  const bool moved = local && before.name != after.name && hints_.isMovedLine &&
                     sameButForLines(before.name, after.name, [&](std::uint64_t x, std::uint64_t y) {
                       return hints_.isMovedLine(is->unit, x, y);
                     });
  if (numbered || moved)
    return unit == after_.unitIds[is->unit] && follow();
  if (sameSymbol(before, after))
    return true;
  // Renamed: neither name is known on the other side.
  return !before_.entitiesByName.contains(after.name) && !after_.entitiesByName.contains(before.name) && follow();
}

bool Equality::sameVariable(const Scope &scope, const ProgramSymbol &before, const ProgramSymbol &after) {
  const ProgramEntity *was = before_.entityOf(before), *is = after_.entityOf(after);
  const bool named = sameSymbol(before, after);
  const ProgramSection *section = before_.sectionAt(before.address), *sectionNow = after_.sectionAt(after.address);
  const bool constant = was && was->variable ? was->variable->constant : section && !section->writable;
  const bool constantNow = is && is->variable ? is->variable->constant : sectionNow && !sectionNow->writable;
  if (constant && constantNow) {
    // Code that reads a constant depends on what it holds, whatever it is called.
    const bool local = was && is && was->linkage() == Linkage::Internal && is->linkage() == Linkage::Internal;
    if (!named && !local)
      return false;
    // The name of a type holds nothing but what it is called itself, and that may have a lambda's number in it.
    if (named && before.name.starts_with("_ZTS"))
      return true;
    if (before.size != after.size)
      return fail(fmt::format("the constant {} has {} bytes, not {}", after.name, after.size, before.size));
    const bool distances = isDistanceTable(before.name) && isDistanceTable(after.name);
    const Scope data{scope.unit};
    return (distances ? distanceRows(data, before.address, after.address, before.size)
                      : contents(data, before.address, after.address, before.size, false)) ||
           fail(fmt::format("the constant {} holds something else", after.name));
  }
  if (named || constant != constantNow || !was || !is || !was->variable || !is->variable)
    return named;
  const MapVariable &x = *was->variable, &y = *is->variable;
  if (before_.unitIds[was->unit] != after_.unitIds[is->unit] || before.size != after.size)
    return false;
  const bool sameRole = x.base == y.base && x.owner == y.owner && x.type == y.type;
  const bool renamed = !before_.entitiesByName.contains(after.name) && !after_.entitiesByName.contains(before.name);
  if (!sameRole && !renamed)
    return false;
  // Whatever it is, it is the same one everywhere.
  const auto [known, isNew] = renamed_.try_emplace(before_.unitIds[was->unit] + ":" + before.name, after.name);
  return known->second == after.name;
}

// One past the end of an array is where the next variable begins, and that may be another one now. Only code that also
// goes through the array refers to its end.
bool Equality::endOfSameArray(const Scope &scope, std::uint64_t before, std::uint64_t after) const {
  if (!scope.before || before == 0 || after == 0)
    return false;
  const auto uses = [](const MachineCode &code, const ProgramSymbol &symbol) {
    const auto inside = [&](const CodeOperand &operand) {
      const std::uint64_t at = operand.kind == OperandKind::Located ? operand.address : operand.number;
      return at - symbol.address < symbol.size;
    };
    return std::any_of(code.instructions.begin(), code.instructions.end(), [&](const CodeInstruction &i) {
      return std::any_of(i.operands.begin(), i.operands.begin() + i.operandCount, inside);
    });
  };
  for (const ProgramSymbol *x : before_.symbolsBefore(before - 1))
    for (const ProgramSymbol *y : after_.symbolsBefore(after - 1))
      if (x->size == y->size && before == x->address + x->size && after == y->address + y->size && sameSymbol(*x, *y) &&
          uses(*scope.before, *x) && uses(*scope.after, *y))
        return true;
  return false;
}

bool Equality::dataAddresses(const Scope &scope, std::uint64_t before, std::uint64_t after) {
  const auto was = before_.symbolsAt(before), is = after_.symbolsAt(after);
  if (was.empty() && is.empty()) {
    // The descriptor of a thread-local variable of a library.
    if (before_.slots.contains(before) && isThreadSlot(slotAt(before_, before)))
      return after_.slots.contains(after) && slots(scope, slotAt(before_, before), slotAt(after_, after));
    return nameless(scope, before, after);
  }
  const std::string kept = why_;
  bool changed = false;
  for (const ProgramSymbol *x : was)
    for (const ProgramSymbol *y : is) {
      if (before - x->address != after - y->address)
        continue;
      if (sameVariable(scope, *x, *y)) {
        why_ = kept;
        return true;
      }
      changed |= sameSymbol(*x, *y);
    }
  // A constant that holds something else stays one, also where it stands behind an array that the code uses as well.
  return !changed && endOfSameArray(scope, before, after);
}

} // namespace livepatch

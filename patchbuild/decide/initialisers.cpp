#include "patchbuild/decide/initialisers.h"

#include "patchbuild/decide/constants.h"
#include "patchbuild/decide/signatures.h"
#include "patchbuild/decide/variables.h"
#include "patchbuild/parents/object_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace livepatch {

namespace {

constexpr std::uint64_t pointerSize = 8;
constexpr int literalDepth = 8; // literals that point at literals; deeper ones count as different

// The pointer that stands at a link-time address before the program runs. A position-dependent executable has no
// relocation for its own addresses: there the bytes are the pointer.
ImagePointer pointerAt(const TargetImage &image, LinkAddr at) {
  if (const auto found = image.pointers.find(at.value); found != image.pointers.end())
    return found->second;
  ImagePointer out;
  if (const auto bytes = image.bytesAt(at, pointerSize))
    for (std::size_t i = pointerSize; i-- > 0;)
      out.value = out.value << 8 | (*bytes)[i];
  return out;
}

std::vector<std::uint8_t> littleEndian(std::uint64_t value) {
  std::vector<std::uint8_t> out(pointerSize);
  for (std::uint8_t &byte : out)
    byte = static_cast<std::uint8_t>(value), value >>= 8;
  return out;
}

class Initialiser {
public:
  Initialiser(Deciding &deciding, std::size_t unit, const ComparedVariable &variable,
              std::vector<InitialiserChange> &out)
      : deciding_(deciding), unit_(unit), variable_(variable), out_(out), start_(*variable.base->address) {}

  void run() {
    if (variable_.now->opaque)
      return refuse("its initialiser holds labels or differences of addresses");
    const auto old = deciding_.image.bytesAt(start_, variable_.base->size);
    if (!old)
      return refuse("its initial value is not in the target's file");
    for (const InitialPointer &pointer : variable_.now->pointers) {
      if (pointer.offset > variable_.now->size || variable_.now->size - pointer.offset < pointerSize)
        return refuse("the analysis names a pointer outside of it");
      comparePointer(pointer);
    }
    compareBytes(*old);
  }

private:
  void refuse(std::string why) {
    deciding_.refuse({.rule = "initialiser",
                      .thing = variable_.now->name,
                      .place = variable_.now->place,
                      .oldDefinition = describe(*variable_.base),
                      .newDefinition = describe(*variable_.now),
                      .oldPlace = variable_.base->place,
                      .users = usersOf(),
                      .why = std::move(why),
                      .remedy = "leave the initialiser, and set the value in code"});
  }

  std::vector<std::string> usersOf() const {
    const BaseSymbol *symbol = deciding_.index.inUnit(variable_.baseUnit, variable_.base->name);
    return symbol ? userNames(deciding_, deciding_.index.users(*symbol)) : std::vector<std::string>{};
  }

  const ComparedUnit &unit() const { return deciding_.comparison.units[unit_]; }

  // Where the unit's symbol is in the running program, if it is there and stays the one that counts.
  const BaseSymbol *inTarget(const std::string &symbol) const {
    if (replacedConstant(deciding_, unit(), symbol))
      return nullptr;
    const BaseSymbol *found = nullptr;
    if (const auto variable = unit().variables.find(symbol); variable != unit().variables.end()) {
      if (!variable->second.base)
        return nullptr;
      found = deciding_.index.inUnit(variable->second.baseUnit, variable->second.base->name);
    } else {
      if (!unit().isNew())
        found = deciding_.index.inUnit(unit().baseIndex, symbol);
      if (!found)
        found = deciding_.index.external(symbol);
    }
    return found && found->address() ? found : nullptr;
  }

  // A string or another nameless constant, which has no identity: it is the old one if it holds the same.
  bool sameLiteral(const std::string &symbol, std::int64_t addend, const ImagePointer &old, int depth) const {
    const auto found = unit().variables.find(symbol);
    if (found == unit().variables.end() || found->second.base || !found->second.now->constant)
      return false;
    const MapVariable &literal = *found->second.now;
    if (!old.symbol.empty() || depth == 0)
      return false;
    const LinkAddr at{old.value - static_cast<std::uint64_t>(addend)};
    const auto bytes = deciding_.image.bytesAt(at, literal.size);
    if (!bytes)
      return false;
    std::vector<std::uint8_t> now = literal.bytes;
    now.resize(literal.size, 0);
    std::vector<std::uint8_t> was = *bytes;
    for (const InitialPointer &pointer : literal.pointers) {
      if (pointer.offset > literal.size || literal.size - pointer.offset < pointerSize)
        return false;
      if (!samePointer(pointer, at + pointer.offset, depth - 1))
        return false;
      const auto slot = static_cast<std::ptrdiff_t>(pointer.offset);
      std::fill_n(was.begin() + slot, pointerSize, 0);
      std::fill_n(now.begin() + slot, pointerSize, 0);
    }
    return was == now;
  }

  bool samePointer(const InitialPointer &now, LinkAddr slot, int depth) const {
    const ImagePointer old = pointerAt(deciding_.image, slot);
    if (replacedConstant(deciding_, unit(), now.symbol))
      return false;
    if (const BaseSymbol *symbol = inTarget(now.symbol)) {
      if (old.symbol.empty())
        return old.value == symbol->address()->value + static_cast<std::uint64_t>(now.addend);
      return old.symbol == symbolName(*symbol) && old.value == static_cast<std::uint64_t>(now.addend);
    }
    if (const auto own = deciding_.image.symbols.find(now.symbol); own != deciding_.image.symbols.end())
      if (old.symbol.empty() && old.value == own->second.address.value + static_cast<std::uint64_t>(now.addend))
        return true;
    if (old.symbol == now.symbol)
      return old.value == static_cast<std::uint64_t>(now.addend);
    return sameLiteral(now.symbol, now.addend, old, depth);
  }

  Guard pointerGuard(const ImagePointer &old) const {
    if (!old.symbol.empty())
      return SymbolGuard{{old.symbol, old.value}};
    if (old.value == 0)
      return NullPointerGuard{};
    if (const BaseSymbol *symbol = deciding_.index.at({old.value}))
      return SymbolGuard{{deciding_.index.patchName(*symbol), 0}};
    return BytesGuard{littleEndian(old.value)};
  }

  void comparePointer(const InitialPointer &now) {
    const LinkAddr slot = start_ + now.offset;
    if (samePointer(now, slot, literalDepth))
      return;
    const ImagePointer old = pointerAt(deciding_.image, slot);
    // Only what has a name can be named in a guard across patches; and an earlier patch's literal has none.
    if (old.symbol.empty() && fromSpace({old.value}).object > 0 && !deciding_.index.at({old.value}))
      return refuse(fmt::format("at byte {} an earlier patch made it point at a constant of its own", now.offset));
    // In a program that is loaded anywhere, a word that the loader does not relocate is no address.
    const bool movable = deciding_.index.map().object.pie || deciding_.image.sharedLibrary;
    if (movable && old.symbol.empty() && old.value != 0 && !deciding_.image.pointers.contains(slot.value))
      return refuse(fmt::format("at byte {} it held a number, and is to hold an address", now.offset));
    InitialiserChange change = at(now.offset);
    change.symbol = now.symbol;
    change.addend = now.addend;
    change.guard = pointerGuard(old);
    out_.push_back(std::move(change));
  }

  InitialiserChange at(std::uint64_t offset) const {
    InitialiserChange out;
    out.unit = unit_;
    out.variable = &variable_;
    out.offset = offset;
    return out;
  }

  void compareBytes(const std::vector<std::uint8_t> &old) {
    const std::uint64_t size = old.size();
    std::vector<std::uint8_t> now = variable_.now->bytes;
    now.resize(size, 0);
    std::vector<bool> skipped(size, false);
    for (const InitialPointer &pointer : variable_.now->pointers)
      std::fill_n(skipped.begin() + static_cast<std::ptrdiff_t>(pointer.offset), pointerSize, true);
    for (auto found = deciding_.image.pointers.lower_bound(start_.value);
         found != deciding_.image.pointers.end() && found->first < start_.value + size; ++found) {
      const std::uint64_t offset = found->first - start_.value;
      if (skipped[offset])
        continue;
      becomesNull(offset, found->second, old, now, skipped);
    }
    emitRuns(old, now, skipped);
  }

  // It held a pointer, and is to hold none. Other bytes than null in its place are no pointer that a patch could write.
  void becomesNull(std::uint64_t offset, const ImagePointer &old, const std::vector<std::uint8_t> &oldBytes,
                   const std::vector<std::uint8_t> &now, std::vector<bool> &skipped) {
    const auto slot = static_cast<std::ptrdiff_t>(offset);
    if (oldBytes.size() - offset < pointerSize ||
        std::any_of(now.begin() + slot, now.begin() + slot + pointerSize, [](std::uint8_t byte) { return byte != 0; }))
      return refuse(fmt::format("at byte {} it held an address, and is to hold a number", offset));
    std::fill_n(skipped.begin() + slot, pointerSize, true);
    InitialiserChange change = at(offset);
    change.null = true;
    change.guard = pointerGuard(old);
    out_.push_back(std::move(change));
  }

  // Each field has a guard of its own: what the program has stored into one says nothing of its neighbours.
  void emitRuns(const std::vector<std::uint8_t> &old, const std::vector<std::uint8_t> &now,
                const std::vector<bool> &skipped) {
    for (const InitialPiece &piece : piecesOf(old.size())) {
      if (piece.offset > old.size() || piece.size > old.size() - piece.offset)
        return refuse("the analysis names a field outside of it");
      const auto first = static_cast<std::ptrdiff_t>(piece.offset);
      const auto last = static_cast<std::ptrdiff_t>(piece.offset + piece.size);
      if (skipped[piece.offset] || std::equal(old.begin() + first, old.begin() + last, now.begin() + first))
        continue;
      InitialiserChange change = at(piece.offset);
      change.bytes.assign(now.begin() + first, now.begin() + last);
      change.guard = BytesGuard{{old.begin() + first, old.begin() + last}};
      out_.push_back(std::move(change));
    }
  }

  std::vector<InitialPiece> piecesOf(std::uint64_t size) const {
    if (!variable_.now->pieces.empty())
      return variable_.now->pieces;
    // One value; or a table so long that steps of its alignment have to do.
    constexpr std::uint64_t single = 16;
    const std::uint64_t step = size <= single ? size : std::clamp<std::uint64_t>(variable_.now->align, 1, pointerSize);
    std::vector<InitialPiece> out;
    for (std::uint64_t from = 0; from < size; from += step)
      out.push_back({from, std::min(step, size - from)});
    return out;
  }

  Deciding &deciding_;
  std::size_t unit_;
  const ComparedVariable &variable_;
  std::vector<InitialiserChange> &out_;
  LinkAddr start_;
};

bool pointsAtReplaced(const Deciding &deciding, const ComparedUnit &unit, const MapVariable &variable) {
  return std::any_of(variable.uses.begin(), variable.uses.end(),
                     [&](const std::string &used) { return replacedConstant(deciding, unit, used) != nullptr; });
}

} // namespace

std::vector<InitialiserChange> changedInitialisers(Deciding &deciding) {
  std::vector<InitialiserChange> out;
  for (std::size_t index = 0; index < deciding.comparison.units.size(); ++index) {
    const ComparedUnit &unit = deciding.comparison.units[index];
    for (const auto &[name, variable] : unit.variables) {
      const MapVariable &now = *variable.now;
      if (!variable.candidates.empty() && !now.constant) {
        const bool known = std::any_of(variable.candidates.begin(), variable.candidates.end(),
                                       [&](const MapVariable *old) { return old->content == now.content; });
        if (!known)
          refuseAmbiguous(deciding, variable);
        continue;
      }
      if (!variable.base || !variable.base->address || now.constant || variable.base->constant || now.tls)
        continue;
      // Other differences than the contents have been refused already.
      if (variable.base->size != now.size || !sameType(*variable.base, now))
        continue;
      if (variable.base->content == now.content && !pointsAtReplaced(deciding, unit, now))
        continue;
      Initialiser(deciding, index, variable, out).run();
    }
  }
  return out;
}

} // namespace livepatch

#include "patchbuild/decide/redirects.h"

#include "patchbuild/decide/coroutines.h"
#include "patchbuild/decide/signatures.h"
#include "patchbuild/decide/wrapped_names.h"
#include "runtime/arch/architecture.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {

namespace {

std::vector<BaseUser> staying(const Deciding &deciding, const std::vector<BaseUser> &users) {
  std::vector<BaseUser> out;
  std::copy_if(users.begin(), users.end(), std::back_inserter(out),
               [&](const BaseUser &user) { return !leavesWithPatch(deciding, user); });
  return out;
}

// The users of all aliases are users of the function.
std::vector<BaseUser> usersOf(const Deciding &deciding, std::size_t baseUnit, const MapFunction &base) {
  const BaseSymbol *symbol = deciding.index.inUnit(baseUnit, base.name);
  std::vector<BaseUser> out = deciding.index.users(*symbol);
  for (const MapAlias &alias : deciding.index.map().units[baseUnit].aliases) {
    if (alias.target != base.name)
      continue;
    const std::vector<BaseUser> more = deciding.index.users(*deciding.index.inUnit(baseUnit, alias.name));
    out.insert(out.end(), more.begin(), more.end());
  }
  return out;
}

bool isExported(const Deciding &deciding, std::size_t baseUnit, const MapFunction &base) {
  if (base.linkage != Linkage::Internal && deciding.image.exported.contains(base.name))
    return true;
  for (const MapAlias &alias : deciding.index.map().units[baseUnit].aliases)
    if (alias.target == base.name && deciding.image.exported.contains(alias.name))
      return true;
  return false;
}

bool sameInterface(const ComparedFunction &function) {
  return function.newLayout.empty() && sameSignature(*function.base, *function.now);
}

void refuseEscaped(Deciding &deciding, const ComparedFunction &function, const std::vector<BaseUser> &stay,
                   bool exported) {
  std::string why = "the running program still calls it the old way";
  if (exported)
    why = "it is exported: code outside of the target may call it the old way";
  else if (function.base->has("address-taken"))
    why = "its address is taken: a pointer to it in the running program would be called the old way";
  else if (!stay.empty())
    why = "code that is not part of the patch calls it the old way";
  if (!function.newLayout.empty())
    why += fmt::format(", with {} of the old layout", function.newLayout);
  const bool declared =
      !function.newLayout.empty() || withoutQualifiers(function.base->type) != withoutQualifiers(function.now->type);
  deciding.refuse({.rule = "signature-escapes",
                   .thing = function.now->name,
                   .place = function.now->place,
                   .oldDefinition = declared ? describe(*function.base) : function.base->convention,
                   .newDefinition = declared ? describe(*function.now) : function.now->convention,
                   .oldPlace = function.base->place,
                   .users = userNames(deciding, stay),
                   .why = std::move(why),
                   .remedy = "keep the old function with its interface and add a new one beside it"});
}

void checkWrapped(Deciding &deciding, const ComparedFunction &function) {
  const MapFunction &base = *function.base;
  if (base.linkage == Linkage::Internal || !isWrapped(deciding, base.name))
    return;
  deciding.refuse({.rule = "wrapped",
                   .thing = base.name,
                   .place = function.now->place,
                   .oldDefinition = describe(base),
                   .newDefinition = describe(*function.now),
                   .oldPlace = base.place,
                   .users = userNames(deciding, usersOf(deciding, function.baseUnit, base)),
                   .why =
                       "the link of the target exchanged its name with another's (--wrap): which of the two is where "
                       "cannot be told",
                   .remedy = "put the change into a function that is not wrapped, and that this one calls"});
}

void checkEntry(Deciding &deciding, const ComparedFunction &function) {
  const MapFunction &base = *function.base;
  const Result<const Architecture *> architecture = architectureNamed(deciding.index.map().object.machine);
  std::string why;
  if (!architecture.ok())
    why = architecture.failure().message;
  else if (base.padding.kind == PaddingKind::None)
    why = "the target was built without room for a redirect at its entry";
  else if (base.size != 0 && base.size < base.padding.offset + (*architecture)->entrySize)
    why = fmt::format("it is only {} bytes long in the target", base.size);
  else {
    // A map may be older than the file; the bytes are not.
    const auto bytes = deciding.image.bytesAt(*base.address + base.padding.offset, (*architecture)->entrySize);
    if (bytes && !(*architecture)->isEntryPadding(*bytes))
      why = "the bytes at its entry are not the padding that the map speaks of";
  }
  if (why.empty())
    return;
  deciding.refuse({.rule = "no-padding",
                   .thing = base.name,
                   .place = function.now->place,
                   .oldDefinition = describe(base),
                   .newDefinition = describe(*function.now),
                   .oldPlace = base.place,
                   .users = userNames(deciding, usersOf(deciding, function.baseUnit, base)),
                   .why = std::move(why),
                   .remedy = "build its unit with livepatch-clang or livepatch_target_patchable, without EXCLUDE, for "
                             "the next release"});
}

// The linker may have folded functions of equal code into one (--icf): what one redirects, all of them are.
void checkFolded(Deciding &deciding, const ComparedFunction &function) {
  const MapFunction &base = *function.base;
  std::string others;
  std::vector<BaseUser> users;
  for (std::size_t unit = 0; unit < deciding.index.map().units.size(); ++unit)
    for (const MapFunction &other : deciding.index.map().units[unit].functions) {
      if (!other.address || other.address != base.address || other.name == base.name)
        continue;
      const ComparedUnit *compared = deciding.comparison.ofBase(unit);
      const ComparedFunction *now = compared ? compared->paired(other) : nullptr;
      if (now && now->state == FunctionState::Changed && now->now->late == function.now->late)
        continue; // it changes in the same way
      others += (others.empty() ? "" : ", ") + other.name;
      const std::vector<BaseUser> more = deciding.index.users(*deciding.index.inUnit(unit, other.name));
      users.insert(users.end(), more.begin(), more.end());
    }
  if (others.empty() || isWrapped(deciding, base.name))
    return;
  deciding.refuse({.rule = "folded",
                   .thing = base.name,
                   .place = function.now->place,
                   .oldDefinition = describe(base),
                   .newDefinition = describe(*function.now),
                   .oldPlace = base.place,
                   .users = userNames(deciding, users),
                   .why = fmt::format("in the target it is one piece of code with {}, folded by the linker: the change "
                                      "would reach that as well",
                                      others),
                   .remedy = "make the same change there, or link the next release without --icf"});
}

} // namespace

void replaceCallersOfNewSignatures(Deciding &deciding) {
  // Names first: whose callers are looked for must not depend on what was found so far.
  std::vector<const ComparedFunction *> renewed;
  for (const ComparedUnit &unit : deciding.comparison.units)
    for (const auto &[name, function] : unit.functions)
      if (function.state == FunctionState::Changed && !sameInterface(function))
        renewed.push_back(&function);
  for (const ComparedFunction *callee : renewed) {
    const std::vector<BaseUser> users = usersOf(deciding, callee->baseUnit, *callee->base);
    for (ComparedUnit &unit : deciding.comparison.units)
      for (auto &[name, function] : unit.functions) {
        if (function.state != FunctionState::Unchanged)
          continue;
        if (std::any_of(users.begin(), users.end(),
                        [base = function.base](const BaseUser &user) { return user.function == base; }))
          function.because.push_back("callee-signature " + callee->now->name);
      }
  }
}

FunctionAction chooseAction(Deciding &deciding, const ComparedFunction &function) {
  const MapFunction &base = *function.base;
  if (isCoroutinePart(base))
    return FunctionAction::BoundInside;
  const std::vector<BaseUser> users = usersOf(deciding, function.baseUnit, base);
  const std::vector<BaseUser> stay = staying(deciding, users);
  const bool addressTaken = base.has("address-taken");
  if (!sameInterface(function)) {
    const bool exported = isExported(deciding, function.baseUnit, base);
    if (exported || addressTaken || !stay.empty())
      refuseEscaped(deciding, function, stay, exported);
    return FunctionAction::BoundInside;
  }
  // All who call it leave with the patch: frames of theirs that still run finish on the old one, as they began.
  if (base.linkage == Linkage::Internal && !addressTaken && !function.now->has("address-taken") && !users.empty() &&
      stay.empty())
    return FunctionAction::BoundInside;
  checkWrapped(deciding, function);
  checkEntry(deciding, function);
  checkFolded(deciding, function);
  return FunctionAction::Redirected;
}

} // namespace livepatch

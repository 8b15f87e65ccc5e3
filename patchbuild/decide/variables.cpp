#include "patchbuild/decide/variables.h"

#include "patchbuild/decide/signatures.h"
#include "runtime/core/demangled.h"

#include <fmt/format.h>

namespace livepatch {

namespace {

std::vector<std::string> usersOf(const Deciding &deciding, const ComparedVariable &variable) {
  const BaseSymbol *symbol = deciding.index.inUnit(variable.baseUnit, variable.base->name);
  return symbol ? userNames(deciding, deciding.index.users(*symbol)) : std::vector<std::string>{};
}

// Nobody declares a table of virtual functions: its class is what stands somewhere.
void placeOfTable(const Deciding &deciding, Refusal &refusal, const std::string &table) {
  const std::string text = demangled(table);
  const auto isOf = [&](const RecordLayout &record) {
    return "vtable for " + record.name.substr(record.name.find(' ') + 1) == text;
  };
  for (const auto &[hash, record] : deciding.index.map().types)
    if (isOf(record))
      refusal.oldPlace = record.place;
  for (const ComparedUnit &unit : deciding.comparison.units)
    for (const auto &[hash, record] : unit.compiled->records)
      if (isOf(record))
        refusal.place = record.place;
}

Refusal about(const Deciding &deciding, const ComparedVariable &variable, std::string rule) {
  Refusal out;
  out.rule = std::move(rule);
  out.thing = variable.now->name;
  out.place = variable.now->place.empty() ? variable.base->place : variable.now->place;
  out.oldDefinition = describe(*variable.base);
  out.newDefinition = describe(*variable.now);
  out.oldPlace = variable.base->place;
  out.users = usersOf(deciding, variable);
  return out;
}

void checkPair(Deciding &deciding, const ComparedVariable &variable) {
  const MapVariable &old = *variable.base;
  const MapVariable &now = *variable.now;
  if (!old.address)
    return; // not in the target
  if (old.name.starts_with("_ZTV")) {
    if (old.content == now.content && old.size == now.size)
      return;
    Refusal refusal = about(deciding, variable, "cpp-vtable");
    placeOfTable(deciding, refusal, now.name);
    refusal.why = "objects that live now point at the old table: a new slot would be read behind its end, a moved "
                  "one would call another function";
    refusal.remedy = "change the bodies of the existing virtual functions only";
    return deciding.refuse(std::move(refusal));
  }
  if (old.tls != now.tls) {
    Refusal refusal = about(deciding, variable, "variable-kind");
    refusal.why = "a variable that becomes thread-local, or stops being it, has no common storage with the old one";
    refusal.remedy = "leave its storage as it is, or give the new variable a new name and fill it in code";
    return deciding.refuse(std::move(refusal));
  }
  if (old.constant && now.constant)
    return; // replaced with its users
  if (old.constant != now.constant) {
    Refusal refusal = about(deciding, variable, "variable-kind");
    refusal.why = old.constant ? "the running program holds it in read-only memory, and the new code writes to it"
                               : "the running program may have changed it, and the new code takes it as constant";
    refusal.remedy = "give the new one another name";
    return deciding.refuse(std::move(refusal));
  }
  if (old.size != now.size) {
    Refusal refusal = about(deciding, variable, "variable-size");
    refusal.why = "its memory in the running program has the old size, and what stands behind it belongs to others";
    refusal.remedy = "keep the old variable and add a second one for what is new";
    return deciding.refuse(std::move(refusal));
  }
  // The optimiser counts on it (aligned vector moves, masks that fold to nothing).
  if (now.align > old.align && (old.tls || (now.align != 0 && old.address->value % now.align != 0))) {
    Refusal refusal = about(deciding, variable, "variable-alignment");
    refusal.oldDefinition += fmt::format(", aligned to {}", old.align);
    refusal.newDefinition += fmt::format(", aligned to {}", now.align);
    refusal.why = "its memory in the running program lies where the new alignment does not hold";
    refusal.remedy = "leave the alignment, or add a second variable that has it";
    return deciding.refuse(std::move(refusal));
  }
  if (!sameType(old, now)) {
    Refusal refusal = about(deciding, variable, "variable-type");
    refusal.why = "the value in the running program was stored as the old type and would be read as the new one";
    refusal.remedy = "keep the old variable and add a second one of the new type";
    return deciding.refuse(std::move(refusal));
  }
  if (old.tls && old.content != now.content) {
    Refusal refusal = about(deciding, variable, "tls-initialiser");
    refusal.why = "each running thread has its own copy already, and new threads take the old initial value";
    refusal.remedy = "set the value in code";
    return deciding.refuse(std::move(refusal));
  }
  if (!old.dynamicInit && now.dynamicInit) {
    Refusal refusal = about(deciding, variable, "dynamic-init");
    refusal.why = "initialisers that are code have run when the program started";
    refusal.remedy = "set the value in a function that is called from now on";
    return deciding.refuse(std::move(refusal));
  }
}

// "int (*handler)(void)" where there was "int handler(void)", and the reverse.
void checkKinds(Deciding &deciding, const ComparedUnit &unit) {
  const auto refuse = [&](const std::string &name, const std::string &place, std::string old, std::string now,
                          const BaseSymbol &symbol) {
    deciding.refuse({.rule = "kind",
                     .thing = name,
                     .place = place,
                     .oldDefinition = std::move(old),
                     .newDefinition = std::move(now),
                     .oldPlace = symbol.place(),
                     .users = userNames(deciding, deciding.index.users(symbol)),
                     .why = "the name stands for another kind of thing than in the running program",
                     .remedy = "give the new one another name"});
  };
  const auto old = [&](const std::string &name, Linkage linkage) -> const BaseSymbol * {
    const BaseSymbol *symbol = unit.isNew() ? nullptr : deciding.index.inUnit(unit.baseIndex, name);
    if (!symbol && linkage != Linkage::Internal)
      symbol = deciding.index.external(name);
    return symbol && symbol->address() ? symbol : nullptr;
  };
  for (const MapFunction &function : unit.compiled->unit.functions) {
    const BaseSymbol *symbol = old(function.name, function.linkage);
    if (symbol && symbol->variable)
      refuse(function.name, function.place, describe(*symbol->variable), describe(function), *symbol);
  }
  for (const auto &[name, variable] : unit.variables) {
    const BaseSymbol *symbol = old(name, variable.now->linkage);
    if (symbol && symbol->function)
      refuse(name, variable.now->place, describe(*symbol->function), describe(*variable.now), *symbol);
  }
}

} // namespace

void checkVariables(Deciding &deciding) {
  for (const ComparedUnit &unit : deciding.comparison.units) {
    for (const auto &[name, variable] : unit.variables)
      if (variable.base)
        checkPair(deciding, variable);
    checkKinds(deciding, unit);
  }
}

void refuseAmbiguous(Deciding &deciding, const ComparedVariable &variable) {
  deciding.refuse({.rule = "static-local-ambiguous",
                   .thing = variable.now->name,
                   .place = variable.now->place,
                   .oldDefinition = listOf(deciding, variable.candidates),
                   .newDefinition = describe(*variable.now),
                   .users = {variable.now->owner},
                   .why = "the running program has several variables of this name in the function, and nothing tells "
                          "for certain which of them this one is",
                   .remedy = "give the new variable a name of its own, and leave the order of the others"});
}

} // namespace livepatch

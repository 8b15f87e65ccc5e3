#include "patchbuild/decide/warnings.h"

#include "patchbuild/decide/macros.h"
#include "patchbuild/decide/selection.h"
#include "patchbuild/decide/start_up_code.h"

#include <fmt/format.h>

namespace livepatch {

namespace {

void warnOf(Deciding &deciding, const std::string &unit, const MapFunction &now, const MapFunction *base,
            const std::set<const MapFunction *> &startUp) {
  const auto has = [&](std::string_view trait) { return now.has(trait) || (base && base->has(trait)); };
  if (isStartUpCode(now))
    return deciding.warn("init-only", now.name, unit,
                         fmt::format("code that initialises variables of {} before main changes: it has run and does "
                                     "not run again",
                                     unit));
  if (has("constructor"))
    return deciding.warn(
        "init-only", now.name, now.place,
        fmt::format("{} is a constructor: it ran when the program started and does not run again", now.name));
  if (has("ifunc-resolver"))
    return deciding.warn("init-only", now.name, now.place,
                         fmt::format("{} chose an implementation when the program started, and is not asked again: its "
                                     "change has no effect on the running process",
                                     now.name));
  if (has("init") || startUp.contains(base))
    return deciding.warn("init-only", now.name, now.place,
                         fmt::format("{} is called only while the program starts, and that has passed: its change has "
                                     "no effect on the running process",
                                     now.name));
  if (now.name == "main" || has("noreturn-loop"))
    deciding.warn("next-call", now.name, now.place,
                  fmt::format("the change of {} takes effect when the function is next called; a call that runs now "
                              "stays in the old one",
                              now.name));
}

// A constructor that the running program never had. The optimiser may have run it itself, into the initialisers.
void warnOfNewConstructors(Deciding &deciding, const ComparedUnit &unit) {
  for (const MapFunction &now : unit.compiled->unit.functions) {
    if (!now.has("constructor") || isStartUpCode(now))
      continue;
    const BaseSymbol *base = unit.isNew() ? nullptr : deciding.index.inUnit(unit.baseIndex, now.name);
    if (base && base->function && base->function->has("constructor"))
      continue;
    deciding.warn(
        "init-only", now.name, now.place,
        fmt::format("{} is a new constructor: it would run when the program starts, and that has passed", now.name));
  }
}

} // namespace

void addWarnings(Deciding &deciding) {
  const std::set<const MapFunction *> startUp = startUpOnly(deciding.index, deciding.image.exported);
  for (const ComparedUnit &unit : deciding.comparison.units)
    warnOfNewConstructors(deciding, unit);
  for (const ComparedUnit &unit : deciding.comparison.units)
    for (const auto &[name, function] : unit.functions)
      if ((function.inPatch || isStartUpCode(*function.now)) && function.state == FunctionState::Changed)
        warnOf(deciding, unit.compiled->id, *function.now, function.base, startUp);
  for (const ChangedFile &file : deciding.change.changed) {
    if (!file.oldText || !file.newText)
      continue;
    for (const RenumberedMacro &macro : renumberedMacros(*file.oldText, *file.newText))
      deciding.warn("renumber", macro.name, fmt::format("{}:{}", file.relativePath, macro.line),
                    fmt::format("{} was {} and is now {}: values that the running program has stored keep the old "
                                "meaning",
                                macro.name, macro.oldValue, macro.newValue));
  }
}

} // namespace livepatch

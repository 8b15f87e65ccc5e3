// What the decision says: a patch and how to make it, nothing to do, or why there must be no patch.
//
// Pure data. assemble/ turns a PatchPlan into files; cli/ turns any Verdict into words.
#pragma once

#include "patchbuild/compile/recompile.h"
#include "runtime/core/command_file.h"
#include "runtime/core/manifest.h"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace livepatch {

// One reason not to make a patch. Scripts know it by `rule`, people by the rest.
struct Refusal {
  std::string rule;                         // "layout", "variable-size", "signature-escapes", ...
  std::string thing, place;                 // what it is about and where that stands, "src/a.c:7"
  std::string oldDefinition, newDefinition; // empty where there is none
  std::string oldPlace{};                   // where the old definition stands
  std::vector<std::string> users;           // who depends on the old one
  std::string why, remedy;
};

struct Warning {
  std::string kind, thing, place, message;
};

struct PlannedFunction {
  std::string unit;   // id of the unit whose new compile holds it
  std::string name;   // its name there
  std::string target; // what the target calls it, qualified where it is local; empty for a new one
  std::string patch;  // its name in the patch
  FunctionAction action = FunctionAction::New;
  std::vector<std::string> reasons;
  std::string place;
  const MapFunction *base = nullptr; // what it replaces
};

// A V or P line with its explanation.
struct DataCommand {
  Command command;
  LinkAddr address;
  std::uint64_t size = 0;
  std::string reason, place;
};

// What livepatch-extract is to make of one unit's module (formats.md, section 4).
struct Definition {
  std::string as, identity;
  bool exported = false;
};
struct UnitOrder {
  const CompiledUnit *unit = nullptr;
  std::map<std::string, Definition> define;
  std::set<std::string> internal;
  std::map<std::string, std::string> external, rename;
};

struct TargetBinding {
  LinkAddr address;
  ManifestSymbolKind kind = ManifestSymbolKind::Function;
};

struct PatchPlan {
  std::vector<PlannedFunction> functions; // sorted by unit and name
  std::vector<DataCommand> data;
  std::vector<UnitOrder> orders;
  std::vector<UnitOrder> recorded; // of every unit of which the patch changes something: for patches on top of it
  std::map<std::string, TargetBinding> symbols; // the target's own, under the names that the patch uses
  bool needsDsoHandle = false;                  // the patch registers destructors
  [[nodiscard]] bool empty() const { return functions.empty() && data.empty(); }
};

struct Verdict {
  std::vector<Refusal> refusals;
  std::vector<Warning> warnings;
  // Units (by index in the map) that no changed file concerns but that have to be in the patch all the same: compile
  // them and decide again. When this is not empty, nothing else in the verdict counts.
  std::set<std::size_t> neededUnits;
  PatchPlan plan; // meaningful only without refusals
};

} // namespace livepatch

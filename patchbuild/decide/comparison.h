// The new compile of each unit beside the target's map: which symbol of the one is which of the other.
//
// Pairing only. What a difference means is said by the other files of this folder.
#pragma once

#include "patchbuild/compile/recompile.h"
#include "patchbuild/decide/base_index.h"
#include "runtime/core/manifest.h"

#include <map>
#include <string>
#include <vector>

namespace livepatch {

enum class FunctionState {
  Unchanged,
  Changed,
  New, // no machine code of that name is in the target
};

struct ComparedFunction {
  const MapFunction *now = nullptr;
  const MapFunction *base = nullptr; // null: the target does not know the name
  std::size_t baseUnit = 0;          // only where there is a base
  FunctionState state = FunctionState::New;
  // Why the function is in the patch although its code is the same: "uses-constant X", "callee-signature X".
  std::vector<std::string> because;
  // A type in its interface whose layout changes: to its callers it is another function, as with a new signature.
  std::string newLayout;
  // Filled in by selection.cpp.
  bool inPatch = false;
  bool named = false; // a P line or another unit of the patch needs its name
  FunctionAction action = FunctionAction::New;
  // Of a function that the target has: the patch brings its own.
  [[nodiscard]] bool isReplaced() const { return state == FunctionState::Changed || !because.empty(); }
};

struct ComparedVariable {
  const MapVariable *now = nullptr;
  const MapVariable *base = nullptr;
  std::size_t baseUnit = 0;
  std::vector<const MapVariable *> candidates; // not paired: any of these may be the old one
  bool replaced = false;                       // a constant of which the patch brings its own copy
  bool inPatch = false, named = false;         // as above
};

// A lambda or clone that cannot be told from others of its kind.
struct UnpairedFunction {
  const MapFunction *now = nullptr;
  std::vector<const MapFunction *> candidates;
};

struct ComparedUnit {
  const CompiledUnit *compiled = nullptr;
  std::size_t baseIndex = npos;
  std::map<std::string, ComparedFunction> functions;     // those with machine code of their own
  std::map<const MapFunction *, std::string> renumbered; // the target's lambdas and clones, and their names now
  std::map<std::string, ComparedVariable> variables;
  std::map<std::string, const MapAlias *> aliases;
  std::vector<UnpairedFunction> unpaired;
  std::vector<const MapVariable *> gone; // the target's variables that the new compile does not have
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  [[nodiscard]] bool isNew() const { return baseIndex == npos; }
  [[nodiscard]] const ComparedFunction *paired(const MapFunction &base) const;
};

struct Comparison {
  std::vector<ComparedUnit> units;
  [[nodiscard]] bool concerns(std::size_t baseIndex) const;
  [[nodiscard]] const ComparedUnit *ofBase(std::size_t baseIndex) const;
};

[[nodiscard]] Comparison compareUnits(const BaseIndex &index, const std::vector<CompiledUnit> &units);

// Finds the old ones of the functions that the compiler numbered (renumbered_functions.cpp): local functions whose
// names differ only in the numbers of lambdas, unnamed types and clones.
void pairRenumberedFunctions(const MapUnit &before, const MapUnit &after, ComparedUnit &unit);

// Pairs the variables of one unit (static_locals.cpp): by name, and where the compiler has numbered several static
// locals of one name, by what they are.
void pairVariables(const BaseIndex &index, ComparedUnit &unit);
void pairGuards(const BaseIndex &index, ComparedUnit &unit);

// The name of a C++ static local's guard; empty for another name than a C++ one.
[[nodiscard]] std::string guardName(const std::string &variable);

} // namespace livepatch

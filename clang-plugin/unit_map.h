// The map of one unit (docs/formats.md, section 1): gathered in two looks at its module, written as one JSON text.
#pragma once

#include "clang-plugin/canonical_text.h"
#include "clang-plugin/padding.h"
#include "clang-plugin/unit_facts.h"

#include "llvm/IR/Module.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace livepatch {

// A function as it was before the optimiser; inlined functions are known from here alone.
struct EarlyFunction {
  std::string linkage, fingerprint;
  bool hidden = false;
  std::vector<std::string> calls, repeats;
  std::set<std::string> traits; // e.g. constructor: the optimiser runs those itself where it can
};

struct EarlyLook {
  std::map<std::string, EarlyFunction> functions; // by symbol
  std::set<std::string> initialised;              // variables that a __cxx_global_var_init function refers to
};
EarlyLook lookEarly(const llvm::Module &module);

enum class MapForm {
  Section,  // with indices into a table of addresses
  Analysis, // with the initialisers, for patchbuild
};

struct UnitMap {
  std::string json;
  std::vector<const llvm::GlobalValue *> addresses; // what the indices stand for
};
// Pads the functions unless `padding` is off, for the map says what is really there.
UnitMap makeUnitMap(llvm::Module &module, const EarlyLook &early, const UnitFacts &facts, MapForm form, bool padding);

} // namespace livepatch

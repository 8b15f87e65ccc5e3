// Compiles the units which a source change concerns a second time, exactly as they were compiled for the target, but
// with the new texts, into LLVM bitcode and an analysis (formats.md, section 2, `map-out`).
//
// Each unit is compiled in its recorded directory with its recorded arguments; the new texts come in through a virtual
// file system, so __FILE__, the include search and relative paths are those of the base build.
#pragma once

#include "patchbuild/compile/toolchain.h"
#include "patchbuild/source/change.h"
#include "patchbuild/source/tree.h"
#include "runtime/core/map.h"
#include "runtime/core/result.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace livepatch {

class CompilerCache;

struct CompiledUnit {
  std::string id;                // unitId()
  const MapUnit *base = nullptr; // the unit in the target's map; null: the target was built without this unit
  MapUnit unit;                  // the analysis of the new compile
  RecordTable records;           // its record layouts
  std::string bitcode;           // path of the optimised module
};

struct CompileSettings {
  Toolchain toolchain;
  std::string scratch;            // existing folder; files in it get names of their own
  unsigned jobs = 0;              // 0: as many as the machine has threads
  std::string buildDirectory;     // holds compile_commands.json for units that are new; empty: none
  CompilerCache *cache = nullptr; // null: compile all
  // Called with (finished, total, unit id), never from two threads at once.
  std::function<void(std::size_t, std::size_t, const std::string &)> progress;
};

// Compiles these units (concerned_units.h, and what else is wanted) and, with a build directory, the units that the
// change adds. `map` must outlive the result. A compile that fails is an Error with the compiler's own first
// diagnostics; another compiler is Mismatch.
[[nodiscard]] Result<std::vector<CompiledUnit>> recompile(const Map &map, const SourceChange &change,
                                                          const std::set<std::size_t> &units,
                                                          const CompileSettings &settings);

// The same for units that no changed file concerns, by index: a changed constant may reach into them.
[[nodiscard]] Result<std::vector<CompiledUnit>> recompileUnits(const Map &map, const SourceChange &change,
                                                               const std::set<std::size_t> &units,
                                                               const CompileSettings &settings);

// The base texts of these units compiled again: Mismatch, naming functions, where the fingerprints are not the map's.
[[nodiscard]] Result<void> verifyBase(const Map &map, const SourceChange &change, const std::set<std::size_t> &units,
                                      const CompileSettings &settings);

// Machine code for (part of) a unit's optimised module: no further passes, position independent.
[[nodiscard]] Result<void> generateCode(const MapUnit &unit, const std::string &bitcode, const std::string &object);

} // namespace livepatch

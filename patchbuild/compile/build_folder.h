// What the compile_commands.json of a build like the target's says: that the target's units are compiled as they were,
// and how those are that the target does not have.
#pragma once

#include "patchbuild/compile/compile_commands.h"
#include "patchbuild/source/change.h"
#include "patchbuild/source/tree.h"
#include "runtime/core/map.h"
#include "runtime/core/result.h"

#include <string>
#include <vector>

namespace livepatch {

// One compile to be done: either a unit of the map, or one that the change adds.
struct CompileTask {
  std::string id;
  const MapUnit *base = nullptr;
  MapUnit added = {};                     // how a new unit is compiled
  std::vector<std::string> overlays = {}; // and what it must see besides the new texts
  [[nodiscard]] const MapUnit &how() const { return base ? *base : added; }
};

class BuildFolder {
public:
  // All must outlive the object. `scratch` is an existing folder.
  [[nodiscard]] static Result<BuildFolder> read(const Map &map, const SourceChange &change, const BaseTree &tree,
                                                const std::string &buildDirectory, const std::string &scratch);

  // Mismatch where the unit is compiled with other flags now.
  [[nodiscard]] Result<void> checkFlags(const CompileTask &task) const;
  // Sources among the changed files that the target was built without, where the folder says how to compile them.
  [[nodiscard]] Result<std::vector<CompileTask>> addedUnits() const;

private:
  BuildFolder(const Map &map, const SourceChange &change, const BaseTree &tree, const std::string &scratch,
              std::vector<CompileCommand> commands)
      : map_(map), change_(change), tree_(tree), scratch_(scratch), commands_(std::move(commands)) {}
  bool isOf(const CompileCommand &command, const std::string &path, const std::string &relativePath) const;
  Result<std::vector<std::string>> askDriver(const CompileCommand &command, const Compiler &compiler,
                                             const std::string &path, const std::string &relativePath) const;
  Result<CompileTask> taskFrom(const CompileCommand &command, const ChangedFile &file) const;

  const Map &map_;
  const SourceChange &change_;
  const BaseTree &tree_;
  const std::string &scratch_;
  std::vector<CompileCommand> commands_;
};

} // namespace livepatch

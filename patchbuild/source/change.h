// What differs between the sources that the target was built from and the sources that the patch is to come from.
//
// The three ways to say it on the command line (a patch file, a second tree, two git revisions) all end in one
// SourceChange. Nothing of the base tree is ever written: texts live in memory, copies in a scratch folder.
#pragma once

#include "runtime/core/map.h"
#include "runtime/core/result.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

struct ChangedFile {
  std::string path;                   // absolute and lexically normal, in the base tree as it stands on this machine
  std::string relativePath;           // the same, relative to the source root (may begin with ../)
  std::optional<std::string> oldText; // absent: the file is new
  std::optional<std::string> newText; // absent: the file is removed
  [[nodiscard]] bool added() const { return !oldText; }
  [[nodiscard]] bool removed() const { return !newText; }
};

struct SourceChange {
  std::string root; // absolute: the source root on this machine
  // Where the target recorded its sources: `recordedRoot` + rest. Equal to `root` unless the tree has moved.
  std::string recordedRoot;
  std::vector<ChangedFile> changed; // sorted by relativePath
  // Files in which the working tree differs from the new revision although the two revisions agree: no change, but
  // the compiler must see the revision's text. oldText == newText, or both absent (must not be there).
  std::vector<ChangedFile> overlayOnly;
  std::string oldRevision, newRevision; // full commit ids; empty where the change does not come from git
  // Files that the target's units read and whose history the change knows: equal in old and new sources unless they
  // are in `changed`. Others (generated ones, a patch's surroundings) may differ without the change's saying so.
  std::set<std::string> versioned;
  std::vector<std::string> otherFiles;  // changed too, but neither sources nor read by a unit; relative to the root
  std::vector<std::string> notes;       // what was passed over, in words, for the warnings
};

// The user's words. Exactly one of the three ways is given.
struct ChangeInput {
  std::vector<std::string> patchFiles = {}; // one after the other
  std::optional<std::string> newTree = {}, oldRevision = {}, newRevision = {};
  std::optional<std::string> sourceRoot = {}; // absent: top of the recorded sources
};

// `scratch` is an existing empty folder for copies. An input that changes nothing gives an empty list, not an error.
[[nodiscard]] Result<SourceChange> readChange(const Map &map, const ChangeInput &input, const std::string &scratch);

// Longest common directory of the map's recorded sources. Sources below a recorded build directory that holds no other
// unit's source (generated ones) do not count as long as there are others.
[[nodiscard]] std::string recordedSourceRoot(const Map &map);

// The unit's id in symbol names and messages: its source path relative to the recorded source root (formats.md, 5).
[[nodiscard]] std::string unitId(const MapUnit &unit, std::string_view recordedRoot);

// A build may compile one source several times, with other macros, for one target. The names of local symbols have to
// tell these units apart: "src/a.c", "src/a.c#2", in the order of the link.
void numberSameSources(std::vector<std::string> &unitIds);

} // namespace livepatch

// Changed files that no compile reads but that may decide what is compiled: build descriptions, and what sources are
// generated from. Nothing can be said about their effect from here, so it is said that nothing is known.
#pragma once

#include "patchbuild/source/change.h"
#include "patchbuild/source/tree.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

// By its name, what a file that no compile reads is to the build of the target.
class BuildInputNames {
public:
  explicit BuildInputNames(const BaseTree &tree);

  enum class Kind {
    Description, // CMakeLists.txt, Makefile.am, meson.build
    Generator,   // config.h.in, parser.y; table.txt where the target reads a table.inc
    Other,
  };
  [[nodiscard]] Kind kindOf(std::string_view path) const;

private:
  std::set<std::string> stems_; // of the files that are read: "table" of "build/table.inc"
};

struct BuildInputs {
  std::vector<std::string> descriptions, generators, others; // relative to the source root
  bool flagsAreCompared = false; // with a build folder of the new tree: descriptions are no riddle then
};

// Sources that a compiler could read itself are left out: those that no unit reads are other programs'.
[[nodiscard]] BuildInputs unreadBuildInputs(const BaseTree &tree, const SourceChange &change);

// For the report, a sentence for each kind that is there.
[[nodiscard]] std::vector<std::string> notesOf(const BuildInputs &inputs);

} // namespace livepatch

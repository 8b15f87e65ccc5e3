// What a user can say to patchbuild, and what patchbuild says with its exit code.
#pragma once

#include "patchbuild/cache/cache_choice.h"
#include "patchbuild/source/change.h"
#include "runtime/core/result.h"

#include <optional>
#include <string>

namespace livepatch {

// Stable and documented: scripts decide by these.
enum class ExitCode : int {
  Produced = 0,
  Failed = 1,
  Usage = 2,
  NoChange = 3,
  Refused = 4,
  DoesNotFit = 5,
};

[[nodiscard]] ExitCode exitCodeFor(Fault fault);

struct Options {
  // Common to all subcommands.
  bool verbose = false, quiet = false, json = false;
  unsigned jobs = 0; // 0: as many as the machine has threads
  std::string pluginDirectory;
  CacheWish compilerCache = CacheWish::Auto;

  std::string target;                 // create, explain, map: the ELF file
  std::optional<std::string> mapFile; // a saved mapfile of the target
  ChangeInput change;                 // create, explain
  std::vector<std::string> parents;   // create, explain: folders of patches that are on already
  bool replaces = false;              // create: a patch that takes the place of all earlier ones
  std::string buildDirectory;
  bool verifyBase = false;
  std::string verifyFresh; // a complete build of the new sources; empty: no such check
  std::string output;      // create: the folder OUT; map: the file, empty for standard output
  std::string name;        // create: empty: from the patch file's, the tree's or the revision's name
  std::string patch;       // inspect: OUT, or the NAME.json in it
};

// The subcommands. Each writes its report to standard output; an Error is printed by main.
[[nodiscard]] Result<ExitCode> createCommand(const Options &options);
[[nodiscard]] Result<ExitCode> explainCommand(const Options &options);
[[nodiscard]] Result<ExitCode> mapCommand(const Options &options);
[[nodiscard]] Result<ExitCode> inspectCommand(const Options &options);

// The patch's name: what the user said, else made of the change's source ("fix.patch" -> "fix").
[[nodiscard]] Result<std::string> patchName(const Options &options, const SourceChange &change);

} // namespace livepatch

// A patch as it lies on disk, read and checked: nothing here has looked at a process yet.
#pragma once

#include "runtime/core/command_file.h"
#include "runtime/core/content_hash.h"
#include "runtime/core/manifest.h"
#include "runtime/core/result.h"
#include "runtime/core/symbol_table.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace livepatch {

struct PatchFiles {
  std::string name;
  std::vector<ManifestTarget> targets; // never empty; a build-id may be empty where the mapfile has none (nm output)
  std::vector<std::uint8_t> object;    // NAME.so
  std::string objectPath;              // where it was read from: what debuggers are told
  CommandFile commands;
  SymbolTable symbols;
  std::vector<ManifestParent> parents; // have to be applied already
  std::vector<std::string> warnings;   // of the manifest
  std::set<std::string> neverReturn;   // of the functions that it redirects
  // The same content is the same patch, whatever it is called and whenever it was built.
  ContentHash identity{};
  bool replaces = false; // made to take the place of all earlier patches
};

// OUT of patchbuild: NAME.json, NAME.so, NAME.cmd. The hashes in the manifest have to hold. While the tool runs as
// root, files that somebody else than root or the calling user could have written are refused: their code would run in
// the target.
[[nodiscard]] Result<PatchFiles> readPatchFolder(const std::string &folder);

// Pannus's form: object, mapfile (.lpmap or nm output) and command file, written by hand.
[[nodiscard]] Result<PatchFiles> readPatchByHand(const std::string &object, const std::string &mapfile,
                                                 const std::string &commandFile);

} // namespace livepatch

// The manifest NAME.json: what a patch was made for and what it will do (docs/formats.md, section 7).
//
// Pure data and its JSON form. It does not say whether the patch fits a process; core/write_plan.h decides that.
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/content_hash.h"
#include "runtime/core/map.h"
#include "runtime/core/result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

// A patch that has to be on in the process below this one.
struct ManifestParent {
  std::string name;
  std::string identity; // patchIdentity() in lower-case hex
};

struct ManifestTarget {
  std::string name;    // file name or SONAME, never a path
  std::string buildId; // lower-case hex
  std::string machine; // "x86_64"
};

struct ManifestRedirect {
  std::string target, patch; // symbol names as in the command file
  std::size_t object = 0;    // index into Manifest::targets, and behind them the parents
  LinkAddr address;
  std::uint64_t size = 0; // of the old function, bytes
  Padding padding;
  std::vector<std::string> reasons;
  std::string place;
  bool neverReturns = false; // who is inside the old function stays there: there is nothing to wait for
};

enum class ManifestDataCommand { Value, Pointer };

struct ManifestData {
  ManifestDataCommand command = ManifestDataCommand::Value;
  std::string target;
  std::size_t object = 0;
  LinkAddr address;
  std::uint64_t size = 0;
  std::string reason, place;
};

enum class ManifestSymbolKind { Function, Object, Tls };

struct ManifestSymbol {
  std::string name; // the undefined symbol of the patch
  std::size_t object = 0;
  LinkAddr address; // for Tls: offset in the object's TLS block
  ManifestSymbolKind kind = ManifestSymbolKind::Function;
};

enum class FunctionAction { Redirected, BoundInside, New };
[[nodiscard]] const char *actionName(FunctionAction action); // "redirected", "bound-inside", "new": as in the file

struct ManifestFunction {
  std::string name;
  FunctionAction action = FunctionAction::New;
  std::vector<std::string> reasons;
  std::string place;
};

struct ManifestWarning {
  std::string kind, message;
};

struct Manifest {
  std::string name;
  std::vector<ManifestTarget> targets;
  std::map<std::string, std::string> files; // file name -> sha256, lower-case hex
  std::vector<ManifestRedirect> redirects;
  std::vector<ManifestData> data;
  std::vector<ManifestSymbol> symbols;
  std::vector<ManifestFunction> functions;
  std::vector<ManifestWarning> warnings;
  std::string compiler;
  std::string oldRevision, newRevision; // empty where the inputs were no revisions
  bool replaces = false;                // takes the place of all earlier patches of its targets
  std::vector<ManifestParent> parents;  // the patches that this one is built on, lowest first
};

// The longest patch name: it has to fit into the region header in the target (core/region_header.h).
inline constexpr std::size_t maximumPatchNameLength = 119;

// A patch name becomes a file name and a field in the target: letters, digits and "._+-", not beginning with a dot
// or a dash, at most maximumPatchNameLength long.
[[nodiscard]] bool isPatchName(std::string_view name);

// What makes two patches the same: code, commands (both hashes in hex) and what they are for; whatever they are called
// and whenever they were built.
[[nodiscard]] ContentHash patchIdentity(std::string_view objectHash, std::string_view commandsHash,
                                        const std::vector<ManifestTarget> &targets);

// `where` names the input in messages. Hostile input gives an Error, never a crash: object indices are in range,
// the name is a patch name, every needed field is there and has its type.
[[nodiscard]] Result<Manifest> parseManifest(std::string_view json, const std::string &where);

// Sorted by name where order has no meaning, so that the same patch gives the same bytes.
[[nodiscard]] std::string printManifest(const Manifest &manifest);

} // namespace livepatch

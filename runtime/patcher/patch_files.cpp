#include "runtime/patcher/patch_files.h"

#include "runtime/patcher/trusted_file.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <string_view>

namespace livepatch {
namespace {

std::string_view asText(const std::vector<std::uint8_t> &bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

ContentHash identityOf(const PatchFiles &patch, const std::vector<std::uint8_t> &commands) {
  return patchIdentity(hexText(contentHash(patch.object)), hexText(contentHash(commands)), patch.targets);
}

Result<std::string> manifestIn(const std::string &folder) {
  std::error_code failed;
  std::vector<std::string> found;
  for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed))
    if (entry->path().extension() == ".json")
      found.push_back(entry->path().string());
  if (failed)
    return error(Fault::NotFound, fmt::format("cannot read the patch folder {}: {}", folder, failed.message()),
                 "give the folder that `patchbuild create -o` has written");
  // Exactly one: to choose among several would mean to guess which patch the user wants in a running process.
  if (found.size() == 1)
    return found.front();
  return error(Fault::Format,
               fmt::format("{} is no patch folder: it has {} manifests (*.json), not one", folder, found.size()),
               "give the folder that `patchbuild create -o` has written");
}

Result<std::vector<std::uint8_t>> readListedFile(const Manifest &manifest, const std::string &folder,
                                                 const std::string &name) {
  auto listed = manifest.files.find(name);
  if (listed == manifest.files.end())
    return error(Fault::Format, fmt::format("the manifest of patch {} does not list {}", manifest.name, name),
                 "build the patch again");
  // The name comes from a checked patch name, so it cannot lead out of the folder.
  LP_TRY_ASSIGN(std::vector<std::uint8_t> bytes, readTrustedFile(folder + "/" + name));
  if (std::string actual = hexText(contentHash(bytes)); actual != listed->second)
    return error(Fault::Mismatch,
                 fmt::format("{}/{} is not the file that the manifest describes (sha256 {}, expected {})", folder, name,
                             actual, listed->second),
                 "it was changed or cut off after patchbuild wrote it: build or copy the patch again");
  return bytes;
}

// A name that may stand in the target's state, from a file name that may hold anything.
std::string nameFromFile(const std::string &path) {
  std::string name = std::filesystem::path(path).stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !isPatchName(std::string("a") + c); }, '_');
  return isPatchName(name) ? name : "patch";
}

// The build-id that an .lpmap tells of its object; nm output has none.
Result<ManifestTarget> targetOfMapfile(std::string_view text, const std::string &where) {
  ManifestTarget target{"the executable", "", ""};
  if (!text.starts_with("{"))
    return target;
  LP_TRY_ASSIGN(Map map, parseMap(text, where));
  target.name =
      map.object.soname.empty() ? std::filesystem::path(map.object.path).filename().string() : map.object.soname;
  target.buildId = map.object.buildId;
  target.machine = map.object.machine;
  return target;
}

// As it is, where the file system cannot tell.
std::string absolutePath(const std::string &path) {
  std::error_code failed;
  const std::filesystem::path found = std::filesystem::canonical(path, failed);
  return failed ? path : found.string();
}

} // namespace

Result<PatchFiles> readPatchFolder(const std::string &folder) {
  LP_TRY_ASSIGN(std::string path, manifestIn(folder));
  LP_TRY_ASSIGN(std::vector<std::uint8_t> json, readTrustedFile(path));
  LP_TRY_ASSIGN(Manifest manifest, parseManifest(asText(json), path));
  if (manifest.targets.empty())
    return error(Fault::Format, fmt::format("the manifest {} names no target", path), "build the patch again");
  for (const ManifestTarget &target : manifest.targets)
    if (target.buildId.empty())
      return error(Fault::Refused, fmt::format("the manifest {} has no build-id for {}", path, target.name),
                   "link the target with -Wl,--build-id: a patch is for one build only");
  PatchFiles patch;
  patch.name = manifest.name;
  patch.targets = manifest.targets;
  patch.parents = manifest.parents;
  patch.replaces = manifest.replaces;
  LP_TRY_ASSIGN(patch.object, readListedFile(manifest, folder, manifest.name + ".so"));
  patch.objectPath = absolutePath(folder + "/" + manifest.name + ".so");
  LP_TRY_ASSIGN(std::vector<std::uint8_t> commands, readListedFile(manifest, folder, manifest.name + ".cmd"));
  LP_TRY_ASSIGN(patch.commands, parseCommandFile(asText(commands), manifest.name + ".cmd"));
  patch.symbols = SymbolTable::ofManifest(manifest);
  for (const ManifestWarning &warning : manifest.warnings)
    patch.warnings.push_back(warning.message);
  for (const ManifestRedirect &redirect : manifest.redirects)
    if (redirect.neverReturns)
      patch.neverReturn.insert(redirect.target);
  patch.identity = identityOf(patch, commands);
  return patch;
}

Result<PatchFiles> readPatchByHand(const std::string &object, const std::string &mapfile,
                                   const std::string &commandFile) {
  PatchFiles patch;
  patch.name = nameFromFile(object);
  LP_TRY_ASSIGN(patch.object, readTrustedFile(object));
  patch.objectPath = absolutePath(object);
  LP_TRY_ASSIGN(std::vector<std::uint8_t> map, readTrustedFile(mapfile));
  LP_TRY_ASSIGN(std::vector<std::uint8_t> commands, readTrustedFile(commandFile));
  LP_TRY_ASSIGN(patch.commands, parseCommandFile(asText(commands), commandFile));
  LP_TRY_ASSIGN(patch.symbols, SymbolTable::ofMapfile(asText(map), mapfile));
  LP_TRY_ASSIGN(ManifestTarget target, targetOfMapfile(asText(map), mapfile));
  patch.targets.push_back(std::move(target));
  patch.identity = identityOf(patch, commands);
  return patch;
}

} // namespace livepatch

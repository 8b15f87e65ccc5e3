#include "patchbuild/parents/parent_patch.h"

#include "patchbuild/map/chunk.h"
#include "patchbuild/map/elf_facts.h"
#include "patchbuild/map/join.h"
#include "patchbuild/target/libraries.h"
#include "patchbuild/target/read_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace livepatch {

namespace {

namespace fs = std::filesystem;

Result<std::string> manifestOf(const std::string &folder) {
  std::error_code failed;
  std::vector<std::string> found;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed))
    if (entry->path().extension() == ".json")
      found.push_back(entry->path().string());
  if (failed || found.size() != 1)
    return error(Fault::Usage, fmt::format("{} is no patch folder{}", folder, failed ? ": " + failed.message() : ""),
                 "name the folder that an earlier `patchbuild create -o` has written");
  return found.front();
}

Result<std::vector<std::uint8_t>> listedFile(const Manifest &manifest, const std::string &folder,
                                             const std::string &name) {
  LP_TRY_ASSIGN(std::vector<std::uint8_t> bytes, readBytes(folder + "/" + name));
  const auto listed = manifest.files.find(name);
  if (listed == manifest.files.end() || listed->second != hexText(contentHash(bytes)))
    return error(Fault::Mismatch, fmt::format("{}/{} is not the file that the manifest describes", folder, name),
                 "name the very patch that was applied");
  return bytes;
}

// A symbol of the patch has another name than the unit's where two units have one of that name.
void findSizes(Map &map, const ElfFacts &facts) {
  for (MapUnit &unit : map.units)
    for (MapFunction &function : unit.functions) {
      if (!function.address || function.size != 0)
        continue;
      const auto [begin, end] = facts.symbols.equal_range(function.address->value);
      for (auto symbol = begin; symbol != end; ++symbol)
        function.size = std::max(function.size, symbol->second.size);
    }
}

} // namespace

Result<ParentPatch> readParent(const std::string &folder) {
  ParentPatch parent;
  LP_TRY_ASSIGN(const std::string manifestFile, manifestOf(folder));
  LP_TRY_ASSIGN(const std::vector<std::uint8_t> json, readBytes(manifestFile));
  LP_TRY_ASSIGN(parent.manifest,
                parseManifest({reinterpret_cast<const char *>(json.data()), json.size()}, manifestFile));
  const Manifest &manifest = parent.manifest;
  const std::string object = manifest.name + ".so", commandFile = manifest.name + ".cmd";
  LP_TRY_ASSIGN(const std::vector<std::uint8_t> objectBytes, listedFile(manifest, folder, object));
  LP_TRY_ASSIGN(const std::vector<std::uint8_t> commandBytes, listedFile(manifest, folder, commandFile));
  LP_TRY_ASSIGN(
      parent.commands,
      parseCommandFile({reinterpret_cast<const char *>(commandBytes.data()), commandBytes.size()}, commandFile));
  parent.identity =
      hexText(patchIdentity(hexText(contentHash(objectBytes)), hexText(contentHash(commandBytes)), manifest.targets));
  const std::string path = folder + "/" + object;
  LP_TRY_ASSIGN(const ElfFacts facts, readElfFacts(path));
  if (!facts.mapSection)
    return error(Fault::Mismatch,
                 fmt::format("{} does not say what it is made of: it is stripped, or of an older LivePatch", path),
                 "build a patch from the target's own sources to the newest ones, without --on");
  LP_TRY_ASSIGN(const std::vector<Chunk> chunks, parseChunks(*facts.mapSection, path));
  LP_TRY_ASSIGN(parent.map, joinMap(chunks, facts, path));
  findSizes(parent.map, facts);
  LP_TRY_ASSIGN(parent.image, readImage(path));
  return parent;
}

} // namespace livepatch

#include "patchbuild/map/load.h"

#include "patchbuild/map/chunk.h"
#include "patchbuild/map/elf_facts.h"
#include "patchbuild/map/join.h"
#include "patchbuild/source/file_text.h"

#include <fmt/format.h>

#include <filesystem>

namespace livepatch {
namespace {

Error notPatchable(const std::string &path) {
  return error(Fault::Refused, path + " was not built patchable: no unit in it was compiled with LivePatch's plugin",
               "build it with CC=livepatch-clang CXX=livepatch-clang++, or with livepatch_target_patchable() in CMake");
}

Error strippedOfMap(const std::string &path) {
  return error(Fault::NotFound, path + " has no map: it is stripped, or it was not built patchable",
               fmt::format("give the mapfile or the unstripped file with --map, or put the mapfile beside it as "
                           "{}.lpmap (`patchbuild map` writes one from the unstripped file)",
                           path));
}

Result<Map> mapOf(const ElfFacts &facts, const std::string &path) {
  if (!facts.mapSection)
    return facts.stripped ? strippedOfMap(path) : notPatchable(path);
  LP_TRY_ASSIGN(const std::vector<Chunk> chunks, parseChunks(*facts.mapSection, path));
  LP_TRY_ASSIGN(Map map, joinMap(chunks, facts, path));
  if (map.units.empty())
    return notPatchable(path);
  return map;
}

bool isElf(const std::string &path) {
  const auto text = readFileText(path);
  return text.ok() && text->starts_with("\177ELF");
}

// The map of an ELF file from somewhere else: a mapfile, or a file that holds the debug sections.
Result<Map> foreignMap(const std::string &mapPath, const ElfFacts &target, const std::string &elfPath) {
  Map map;
  if (isElf(mapPath)) {
    // A separate debug file has the sections but no text: identity and symbols are its own, bytes the target's.
    LP_TRY_ASSIGN(ElfFacts debug, readElfFacts(mapPath));
    debug.text = target.text;
    LP_TRY_ASSIGN(map, mapOf(debug, mapPath));
  } else {
    LP_TRY_ASSIGN(map, readMapFile(mapPath));
    verifyPadding(map, target);
  }
  if (map.object.buildId != target.object.buildId)
    return error(Fault::Mismatch,
                 fmt::format("{} is not the map of {}: its build-id is {}, the target's is {}", mapPath, elfPath,
                             map.object.buildId.empty() ? "none" : map.object.buildId,
                             target.object.buildId.empty() ? "none" : target.object.buildId),
                 "give the mapfile that was written for this very build");
  map.object = target.object;
  return map;
}

} // namespace

Result<Map> readElfMap(const std::string &elfPath) {
  LP_TRY_ASSIGN(const ElfFacts facts, readElfFacts(elfPath));
  return mapOf(facts, elfPath);
}

Result<Map> readMapFile(const std::string &path) {
  LP_TRY_ASSIGN(const std::string text, readFileText(path));
  return parseMap(text, path);
}

Result<Map> loadTargetMap(const std::string &elfPath, const std::optional<std::string> &mapPath) {
  LP_TRY_ASSIGN(const ElfFacts facts, readElfFacts(elfPath));
  if (mapPath)
    return foreignMap(*mapPath, facts, elfPath);
  if (facts.mapSection)
    return mapOf(facts, elfPath);
  const std::string beside = elfPath + ".lpmap";
  if (std::error_code ignored; std::filesystem::exists(beside, ignored))
    return foreignMap(beside, facts, elfPath);
  return mapOf(facts, elfPath);
}

} // namespace livepatch

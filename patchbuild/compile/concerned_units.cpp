#include "patchbuild/compile/concerned_units.h"

#include "patchbuild/source/file_text.h"
#include "patchbuild/source/paths.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <unordered_set>

namespace livepatch {
namespace {

namespace fs = std::filesystem;

// Files that ask whether some file is there (__has_include, #embed and its like): with a file that comes or goes, the
// answer may be another one for units that never read it.
std::unordered_set<std::string> filesThatAsk(const BaseTree &tree, const SourceChange &change) {
  std::unordered_set<std::string> result;
  const bool comesOrGoes = std::any_of(change.changed.begin(), change.changed.end(),
                                       [](const ChangedFile &file) { return file.added() || file.removed(); });
  if (!comesOrGoes)
    return result;
  for (const std::string &file : tree.files()) {
    const auto text = readFileText(file);
    if (text.ok() &&
        (text->find("__has_include") != std::string::npos || text->find("__has_embed") != std::string::npos))
      result.insert(file);
  }
  return result;
}

} // namespace

std::set<std::size_t> concernedUnits(const Map &map, const SourceChange &change, const BaseTree &tree) {
  std::unordered_set<std::string> changed, addedNames;
  for (const ChangedFile &file : change.changed) {
    for (const std::string &name : tree.namesOf(file.path))
      changed.insert(name);
    // A new header may be found in place of one of the same name that the base found elsewhere.
    if (file.added() && !isUnitName(file.path))
      addedNames.insert(fs::path(file.path).filename().string());
  }
  const std::unordered_set<std::string> asking = filesThatAsk(tree, change);
  std::set<std::size_t> result;
  for (std::size_t index = 0; index < map.units.size(); ++index) {
    const MapUnit &unit = map.units[index];
    if (unit.command.empty())
      continue; // of an earlier patch
    const auto concerns = [&](const std::string &recorded) {
      const std::string path = tree.here(normalPath(recorded, unit.directory));
      return changed.count(path) != 0 || asking.count(path) != 0 ||
             (!addedNames.empty() && addedNames.count(fs::path(path).filename().string()) != 0);
    };
    if (concerns(unit.source) || std::any_of(unit.files.begin(), unit.files.end(), concerns))
      result.insert(index);
  }
  return result;
}

} // namespace livepatch

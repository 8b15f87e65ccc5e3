// The top of the recorded sources, and the names of units below it.
#include "patchbuild/source/change.h"
#include "patchbuild/source/paths.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace livepatch {
namespace {

std::string commonDirectory(const std::string &a, const std::string &b) {
  const std::filesystem::path first(a), second(b);
  std::filesystem::path common;
  for (auto x = first.begin(), y = second.begin(); x != first.end() && y != second.end() && *x == *y; ++x, ++y)
    common /= *x;
  return common.string();
}

std::string directoryOf(const std::string &path) {
  return std::filesystem::path(path).parent_path().string();
}

} // namespace

std::string recordedSourceRoot(const Map &map) {
  // A compile directory at least half of whose units have their source elsewhere is a build directory; the sources in
  // it have been generated there and say nothing about where the sources are.
  struct Count {
    std::size_t inside = 0, outside = 0;
  };
  std::map<std::string, Count> byDirectory;
  for (const MapUnit &unit : map.units) {
    const std::string directory = normalPath(unit.directory, "/");
    Count &count = byDirectory[directory];
    ++(isBelow(unit.sourcePath(), directory) ? count.inside : count.outside);
  }
  std::string root, rootOfAll;
  for (const MapUnit &unit : map.units) {
    const std::string directory = normalPath(unit.directory, "/");
    const std::string folder = directoryOf(unit.sourcePath());
    rootOfAll = rootOfAll.empty() ? folder : commonDirectory(rootOfAll, folder);
    const Count &count = byDirectory[directory];
    if (count.outside >= count.inside && isBelow(unit.sourcePath(), directory))
      continue;
    root = root.empty() ? folder : commonDirectory(root, folder);
  }
  return root.empty() ? rootOfAll : root;
}

std::string unitId(const MapUnit &unit, std::string_view recordedRoot) {
  return relativeTo(unit.sourcePath(), recordedRoot);
}

void numberSameSources(std::vector<std::string> &unitIds) {
  std::map<std::string, std::size_t> seen;
  for (std::string &id : unitIds)
    if (const std::size_t number = ++seen[id]; number > 1)
      id += "#" + std::to_string(number);
}

} // namespace livepatch

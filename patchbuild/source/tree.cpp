#include "patchbuild/source/tree.h"

#include "patchbuild/source/paths.h"

#include <filesystem>

namespace livepatch {
namespace {

std::string movePrefix(const std::string &path, const std::string &from, const std::string &to) {
  return from != to && isBelow(path, from) ? to + path.substr(from.size()) : path;
}

} // namespace

BaseTree::BaseTree(const Map &map, std::string root, std::string recordedRoot, bool rootGiven)
    : root_(std::move(root)), recordedRoot_(std::move(recordedRoot)), movedFrom_(recordedRoot_), movedTo_(root_) {
  liftMove();
  if (!rootGiven)
    findFolders(map);
  for (const MapUnit &unit : map.units) {
    files_.insert(here(unit.sourcePath()));
    for (const std::string &file : unit.files)
      files_.insert(here(normalPath(file, unit.directory)));
  }
  for (const std::string &file : files_)
    byRealPath_.insert({realPath(file), file});
}

// A moved "server/src" was moved with all of "server": build folders and headers beside it have moved as well.
void BaseTree::liftMove() {
  std::error_code ignored;
  while (isMoved() && !std::filesystem::exists(movedFrom_, ignored)) {
    const std::filesystem::path from = movedFrom_, to = movedTo_;
    const bool sameName = from.filename() == to.filename();
    if (!sameName || std::filesystem::exists(from.parent_path(), ignored))
      return;
    movedFrom_ = from.parent_path().string();
    movedTo_ = to.parent_path().string();
  }
}

void BaseTree::findFolders(const Map &map) {
  constexpr int highest = 3;
  std::filesystem::path folder = root_;
  for (int level = 0; level < highest && folder.parent_path() != folder.root_path(); ++level) {
    folder = folder.parent_path();
    above_.push_back(folder.string());
  }
  std::set<std::string> below;
  for (const MapUnit &unit : map.units) {
    std::filesystem::path between = std::filesystem::path(here(unit.sourcePath())).parent_path();
    for (; between != root_ && isBelow(between.string(), root_); between = between.parent_path())
      below.insert(between.string());
  }
  below_.assign(below.begin(), below.end());
}

std::string BaseTree::here(const std::string &recorded) const {
  return movePrefix(recorded, movedFrom_, movedTo_);
}
std::string BaseTree::recorded(const std::string &here) const {
  return movePrefix(here, movedTo_, movedFrom_);
}

const std::string &BaseTree::realPath(const std::string &path) const {
  auto [at, fresh] = realPaths_.try_emplace(path);
  if (fresh) {
    std::error_code failure;
    at->second = std::filesystem::weakly_canonical(path, failure).string();
    if (failure)
      at->second = path;
  }
  return at->second;
}

bool BaseTree::isRead(const std::string &path) const {
  return files_.count(path) != 0 || byRealPath_.count(realPath(path)) != 0;
}

std::vector<std::string> BaseTree::namesOf(const std::string &path) const {
  std::set<std::string> names = {path};
  const auto [begin, end] = byRealPath_.equal_range(realPath(path));
  for (auto name = begin; name != end; ++name)
    names.insert(name->second);
  return {names.begin(), names.end()};
}

bool BaseTree::concerns(const std::string &path) const {
  return isSourceName(path) || isRead(path);
}

BaseTree baseTreeOf(const Map &map, const SourceChange &change) {
  return BaseTree(map, change.root, change.recordedRoot);
}

} // namespace livepatch

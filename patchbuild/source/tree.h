// The base tree as the map knows it: which files the target's units read, and where they lie on this machine.
#pragma once

#include "patchbuild/source/change.h"
#include "runtime/core/map.h"

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace livepatch {

class BaseTree {
public:
  // `root`: where the tree lies now; `recordedRoot`: where it lay when the target was built. `rootGiven`: by the
  // user.
  BaseTree(const Map &map, std::string root, std::string recordedRoot, bool rootGiven = true);

  [[nodiscard]] const std::string &root() const { return root_; }
  [[nodiscard]] const std::string &recordedRoot() const { return recordedRoot_; }

  // Whether the tree was moved since, and between which folders paths are translated.
  [[nodiscard]] bool isMoved() const { return movedFrom_ != movedTo_; }
  [[nodiscard]] const std::string &movedFrom() const { return movedFrom_; }
  [[nodiscard]] const std::string &movedTo() const { return movedTo_; }

  // A recorded path, on this machine.
  [[nodiscard]] std::string here(const std::string &recorded) const;
  // The way back.
  [[nodiscard]] std::string recorded(const std::string &here) const;

  // Folders that the names of a change may be counted from, besides the root: its parents, near ones first (headers
  // may lie beside the sources), and the folders between it and the sources (a build folder beside them may have
  // made the root too high). None where the user named the root.
  [[nodiscard]] const std::vector<std::string> &foldersAbove() const { return above_; }
  [[nodiscard]] const std::vector<std::string> &foldersBelow() const { return below_; }

  // Every file that a unit reads, absolute and normal, on this machine; sorted.
  [[nodiscard]] const std::set<std::string> &files() const { return files_; }
  // The same file under its real name, where symbolic links lead to it; asked once for each path.
  [[nodiscard]] const std::string &realPath(const std::string &path) const;
  // Whether a compile may read that file: by its name, or because a unit does.
  [[nodiscard]] bool concerns(const std::string &path) const;
  // Whether a unit reads that file, under whatever name.
  [[nodiscard]] bool isRead(const std::string &path) const;
  // All names under which units read that file, itself included.
  [[nodiscard]] std::vector<std::string> namesOf(const std::string &path) const;

private:
  void liftMove();
  void findFolders(const Map &map);

  std::string root_, recordedRoot_, movedFrom_, movedTo_;
  std::vector<std::string> above_, below_;
  std::set<std::string> files_;
  mutable std::unordered_map<std::string, std::string> realPaths_;
  std::unordered_multimap<std::string, std::string> byRealPath_;
};

// The base of a change that has been read.
[[nodiscard]] BaseTree baseTreeOf(const Map &map, const SourceChange &change);

} // namespace livepatch

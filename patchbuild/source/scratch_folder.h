// A private folder for files of one run, gone with it: at once, or, if the run is killed, with the next one.
//
// The owner holds a lock on the folder (flock(2)), which the kernel takes back whatever way it ends.
#pragma once

#include "runtime/core/result.h"

#include <string>

namespace livepatch {

class ScratchFolder {
public:
  // Under the system's temporary directory.
  [[nodiscard]] static Result<ScratchFolder> create();
  // In `folder`, with a name that begins with `prefix`.
  [[nodiscard]] static Result<ScratchFolder> createIn(const std::string &folder, const std::string &prefix);
  ScratchFolder(ScratchFolder &&other) noexcept;
  ScratchFolder &operator=(ScratchFolder &&other) noexcept;
  ~ScratchFolder(); // removes it with everything in it
  [[nodiscard]] const std::string &path() const { return path_; }

private:
  ScratchFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_ = -1;
};

// Removes what runs that were killed have left in `folder`: our own user's folders of such names that nobody holds.
void removeAbandonedFolders(const std::string &folder, const std::string &prefix);

} // namespace livepatch

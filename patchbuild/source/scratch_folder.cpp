#include "patchbuild/source/scratch_folder.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace livepatch {
namespace {

namespace fs = std::filesystem;

constexpr char temporaryPrefix[] = "patchbuild-";
constexpr char marker[] = ".patchbuild-scratch"; // a file in it; made when the lock is held
constexpr std::size_t randomLength = 6;          // mkdtemp(3)

int lockFolder(const std::string &path) {
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder >= 0 && flock(folder, LOCK_EX | LOCK_NB) != 0) {
    close(folder);
    return -1;
  }
  return folder;
}

} // namespace

void removeAbandonedFolders(const std::string &folder, const std::string &prefix) {
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(prefix) || name.size() != prefix.size() + randomLength)
      continue;
    const int lock = lockFolder(entry->path().string());
    if (lock < 0)
      continue;
    struct stat status = {};
    std::error_code ignored;
    // By its name alone it might be anybody's.
    if (fstat(lock, &status) == 0 && status.st_uid == geteuid() && fs::exists(entry->path() / marker, ignored))
      fs::remove_all(entry->path(), ignored);
    close(lock);
  }
}

Result<ScratchFolder> ScratchFolder::createIn(const std::string &folder, const std::string &prefix) {
  std::string path = (fs::path(folder) / (prefix + std::string(randomLength, 'X'))).string();
  if (!mkdtemp(path.data()))
    return error(Fault::Io, fmt::format("cannot make a folder in {}: {}", folder, std::strerror(errno)),
                 "there must be room, and the right to write");
  ScratchFolder result(path, lockFolder(path));
  // Where the file system knows no locks, nobody can tell whether it is abandoned: it stays without the marker.
  if (const std::string mark = path + "/" + marker; result.lock_ >= 0) {
    const int file = open(mark.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
      return error(Fault::Io, fmt::format("cannot make a file in {}: {}", folder, std::strerror(errno)),
                   "there must be room, and the right to write");
    close(file);
  }
  return result;
}

Result<ScratchFolder> ScratchFolder::create() {
  std::error_code failure;
  const auto temporary = fs::temp_directory_path(failure);
  if (failure)
    return error(Fault::Io, fmt::format("there is no temporary directory: {}", failure.message()), "set TMPDIR");
  removeAbandonedFolders(temporary.string(), temporaryPrefix);
  auto folder = createIn(temporary.string(), temporaryPrefix);
  if (!folder.ok())
    return error(Fault::Io, folder.failure().message, "set TMPDIR to a directory with room in it");
  // Compilers and overlays see the folder under its real name.
  if (const auto real = fs::canonical(folder->path_, failure); !failure)
    folder->path_ = real.string();
  return folder;
}

ScratchFolder::ScratchFolder(ScratchFolder &&other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)) {}

ScratchFolder &ScratchFolder::operator=(ScratchFolder &&other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty())
    fs::remove_all(path_, ignored);
  if (lock_ >= 0)
    close(lock_);
}

} // namespace livepatch

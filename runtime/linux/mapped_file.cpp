#include "runtime/linux/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace livepatch {
namespace {

Error cannotRead(const std::string &path, int cause) {
  return error(cause == ENOENT ? Fault::NotFound : Fault::Io,
               fmt::format("cannot read {}: {}", path, std::strerror(cause)));
}

} // namespace

Result<FileDescriptor> openRegularFile(const std::string &path) {
  // open(2): O_PATH opens nothing yet; the link below /proc/self/fd leads to that same file, whatever is at `path` now.
  const FileDescriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status {};
  if (!place.valid() || ::fstat(place.get(), &status) != 0)
    return cannotRead(path, errno);
  if (!S_ISREG(status.st_mode))
    return error(Fault::Format, fmt::format("cannot read {}: not a regular file", path));
  FileDescriptor file(::open(fmt::format("/proc/self/fd/{}", place.get()).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid())
    return cannotRead(path, errno);
  return file;
}

Result<MappedFile> MappedFile::open(const std::string &path) {
  LP_TRY_ASSIGN(const FileDescriptor file, openRegularFile(path));
  return of(file, path);
}

Result<MappedFile> MappedFile::of(const FileDescriptor &file, const std::string &path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    return cannotRead(path, errno);
  // mmap(2) refuses a length of 0.
  if (status.st_size == 0)
    return MappedFile(nullptr, 0);
  auto size = static_cast<std::size_t>(status.st_size);
  // Private: should the file be rewritten in place meanwhile, that is the checks' business further up, not a crash of
  // ours, unless it is cut shorter.
  void *start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (start == MAP_FAILED)
    return cannotRead(path, errno);
  return MappedFile(start, size);
}

MappedFile::~MappedFile() {
  if (start_)
    ::munmap(start_, size_);
}

} // namespace livepatch

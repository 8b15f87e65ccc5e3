#include "runtime/linux/mapped_file.h"

#include "runtime/linux/file_descriptor.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace livepatch {

Result<MappedFile> MappedFile::open(const std::string &path) {
  auto failed = [&](Fault fault, int cause) {
    return error(fault, fmt::format("cannot read {}: {}", path, std::strerror(cause)));
  };
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid())
    return failed(errno == ENOENT ? Fault::NotFound : Fault::Io, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    return failed(Fault::Io, errno);
  if (!S_ISREG(status.st_mode))
    return error(Fault::Format, fmt::format("cannot read {}: not a regular file", path));
  // mmap(2) refuses a length of 0.
  if (status.st_size == 0)
    return MappedFile(nullptr, 0);
  auto size = static_cast<std::size_t>(status.st_size);
  // Private: should the file be rewritten in place meanwhile, that is the checks' business further up, not a crash of
  // ours, unless it is cut shorter.
  void *start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (start == MAP_FAILED)
    return failed(Fault::Io, errno);
  return MappedFile(start, size);
}

MappedFile::~MappedFile() {
  if (start_)
    ::munmap(start_, size_);
}

} // namespace livepatch

#include "runtime/patcher/trusted_file.h"

#include "runtime/linux/file_descriptor.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>

namespace livepatch {
namespace {

constexpr std::int64_t largestFile = std::int64_t{1} << 30;

// sudo(8) tells in SUDO_UID who called it; the real user id does for a setuid program.
std::optional<uid_t> callingUser() {
  const char *text = std::getenv("SUDO_UID");
  uid_t user = 0;
  if (!text || std::from_chars(text, text + std::strlen(text), user).ec != std::errc{})
    return ::getuid();
  return user;
}

Result<void> checkOwner(const std::string &path, const struct stat &status) {
  if (::geteuid() != 0)
    return {}; // with one's own rights one can only reach one's own processes
  if (status.st_uid != 0 && status.st_uid != callingUser())
    return error(Fault::Permission,
                 fmt::format("cannot use {} as root: it belongs to user {}, whose code would run in the target", path,
                             status.st_uid),
                 "look at it, then make it root's: chown -R root FOLDER");
  bool openFolder =
      S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX); // like /tmp: nobody can replace others' files
  if ((status.st_mode & S_IWOTH) && !openFolder)
    return error(Fault::Permission, fmt::format("cannot use {} as root: everybody can write to it", path),
                 "look at it, then take the right away: chmod -R o-w FOLDER");
  return {};
}

} // namespace

Result<std::vector<std::uint8_t>> readTrustedFile(const std::string &path) {
  auto failed = [&](int cause) {
    return error(cause == ENOENT ? Fault::NotFound : Fault::Io,
                 fmt::format("cannot read {}: {}", path, std::strerror(cause)));
  };
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid())
    return failed(errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    return failed(errno);
  if (!S_ISREG(status.st_mode))
    return error(Fault::Format, fmt::format("cannot read {}: not a regular file", path));
  if (status.st_size > largestFile)
    return error(Fault::Format, fmt::format("{} is too large for a patch's file", path));
  LP_TRY(checkOwner(path, status));
  std::string folder = std::filesystem::path(path).parent_path().string();
  struct stat folderStatus {};
  if (::stat(folder.empty() ? "." : folder.c_str(), &folderStatus) != 0)
    return failed(errno);
  LP_TRY(checkOwner(folder.empty() ? "." : folder, folderStatus));

  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(status.st_size));
  for (std::size_t done = 0; done < bytes.size();) {
    ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return failed(errno);
    if (got == 0)
      bytes.resize(done); // it became shorter meanwhile
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

} // namespace livepatch

#include "runtime/patcher/trusted_file.h"

#include "runtime/linux/attach_refusal.h"
#include "runtime/linux/file_descriptor.h"

#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace livepatch {
namespace {

constexpr std::int64_t largestFile = std::int64_t{1} << 30;
constexpr int mostLinks = 40; // as the kernel's own walk, path_resolution(7)

// Who may work on other users' processes: files of others would run there with rights that their owners lack.
bool privileged() {
  return ::geteuid() == 0 || weHaveSysPtrace();
}

// The real user id, for a setuid program. Where that is root's, sudo(8) and pkexec(1) tell on whose behalf; the
// environment of anybody else's call would be the caller's own word.
uid_t callingUser() {
  const uid_t real = ::getuid();
  for (const char *variable : {"SUDO_UID", "PKEXEC_UID"}) {
    const char *text = std::getenv(variable);
    uid_t user = 0;
    if (real == 0 && text && std::from_chars(text, text + std::strlen(text), user).ec == std::errc{})
      return user;
  }
  return real;
}

// An access control list may name more users. Its mask stands in the mode's group bits, acl(5).
bool hasAccessList(int file) {
  const std::string self = fmt::format("/proc/self/fd/{}", file);
  return ::getxattr(self.c_str(), "system.posix_acl_access", nullptr, 0) >= 0;
}

Result<void> checkOwner(const std::string &path, int file, const struct stat &status) {
  if (status.st_uid != 0 && status.st_uid != callingUser())
    return error(Fault::Permission,
                 fmt::format("cannot use {} as root: it belongs to user {}, whose code would run in the target", path,
                             status.st_uid),
                 "look at the patch, then put it where only root can write, or make it root's: chown -R root FOLDER");
  if (S_ISLNK(status.st_mode))
    return {};                                                                   // its mode means nothing
  const bool openFolder = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX); // like /tmp: others' files are safe
  if ((status.st_mode & S_IWOTH) && !openFolder)
    return error(Fault::Permission, fmt::format("cannot use {} as root: everybody can write to it", path),
                 "look at it, then take the right away: chmod -R o-w FOLDER");
  if ((status.st_mode & S_IWGRP) && !openFolder && (status.st_gid != 0 || hasAccessList(file)))
    return error(Fault::Permission,
                 fmt::format("cannot use {} as root: a group (or an access list) lets other users write to it", path),
                 "look at it, then take the right away: chmod -R g-w FOLDER");
  return {};
}

Error cannotRead(const std::string &path, int cause) {
  return error(cause == ENOENT || cause == ENOTDIR ? Fault::NotFound : Fault::Io,
               fmt::format("cannot read {}: {}", path, std::strerror(cause)));
}

// Walks the path by itself, one name at a time, each opened in the folder that was just checked: what is checked is
// what is used, whatever is renamed meanwhile.
class TrustedWalk {
public:
  explicit TrustedWalk(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] Result<FileDescriptor> open() {
    std::string start = path_;
    if (!start.starts_with('/')) {
      char folder[PATH_MAX];
      if (!::getcwd(folder, sizeof folder))
        return cannotRead(path_, errno);
      start = std::string(folder) + "/" + path_;
    }
    LP_TRY(begin());
    push(start);
    while (!names_.empty()) {
      const std::string name = std::move(names_.front());
      names_.pop_front();
      LP_TRY(step(name));
    }
    // Not waiting for a writer where it is a pipe.
    FileDescriptor file(::open(fmt::format("/proc/self/fd/{}", at_.get()).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.valid())
      return cannotRead(path_, errno);
    return file;
  }

private:
  // The names of `path`, to be walked next.
  void push(const std::string &path) {
    std::deque<std::string> names;
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t end = std::min(path.find('/', begin), path.size());
      if (std::string name = path.substr(begin, end - begin); !name.empty() && name != ".")
        names.push_back(std::move(name));
      begin = end + 1;
    }
    names_.insert(names_.begin(), names.begin(), names.end());
  }

  [[nodiscard]] Result<void> begin() {
    at_ = FileDescriptor(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    walked_.clear();
    struct stat status {};
    if (!at_.valid() || ::fstat(at_.get(), &status) != 0)
      return cannotRead("/", errno);
    return checkOwner("/", at_.get(), status);
  }

  [[nodiscard]] Result<void> step(const std::string &name) {
    FileDescriptor next(::openat(at_.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!next.valid() || ::fstat(next.get(), &status) != 0)
      return cannotRead(path_, errno);
    const std::string here = walked_ + "/" + name;
    LP_TRY(checkOwner(here, next.get(), status));
    if (!S_ISLNK(status.st_mode)) {
      at_ = std::move(next);
      walked_ = here;
      return {};
    }
    char target[PATH_MAX];
    const ssize_t size = ::readlinkat(next.get(), "", target, sizeof target);
    if (size <= 0 || ++links_ > mostLinks)
      return cannotRead(path_, size <= 0 ? errno : ELOOP);
    if (target[0] == '/')
      LP_TRY(begin());
    push(std::string(target, static_cast<std::size_t>(size)));
    return {};
  }

  std::string path_, walked_; // walked_: for messages
  std::deque<std::string> names_;
  FileDescriptor at_;
  int links_ = 0;
};

Result<FileDescriptor> openPlain(const std::string &path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.valid())
    return cannotRead(path, errno);
  return file;
}

} // namespace

Result<std::vector<std::uint8_t>> readTrustedFile(const std::string &path) {
  // With one's own rights one can only reach one's own processes.
  LP_TRY_ASSIGN(FileDescriptor file, privileged() ? TrustedWalk(path).open() : openPlain(path));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    return cannotRead(path, errno);
  if (!S_ISREG(status.st_mode))
    return error(Fault::Format, fmt::format("cannot read {}: not a regular file", path));
  if (status.st_size > largestFile)
    return error(Fault::Format, fmt::format("{} is too large for a patch's file", path));

  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(status.st_size));
  for (std::size_t done = 0; done < bytes.size();) {
    ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return cannotRead(path, errno);
    if (got == 0)
      bytes.resize(done); // it became shorter meanwhile
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

} // namespace livepatch

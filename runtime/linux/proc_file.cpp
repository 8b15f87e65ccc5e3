#include "runtime/linux/proc_file.h"

#include "runtime/linux/file_descriptor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <memory>

namespace livepatch {

std::optional<std::string> readProcFile(const std::string &path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid())
    return std::nullopt;
  std::string text;
  // stat(2) says 0 for these files: read until there is no more. seq_file gives whole lines as long as the buffer holds
  // one.
  std::array<char, 16384> block;
  for (;;) {
    ssize_t got = ::read(file.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return std::nullopt;
    if (got == 0)
      return text;
    text.append(block.data(), static_cast<std::size_t>(got));
  }
}

std::optional<std::string> readProcLink(const std::string &path) {
  std::array<char, PATH_MAX> target;
  // readlink(2) neither terminates nor tells that it has cut: PATH_MAX is what the kernel prints at most.
  ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  if (length < 0)
    return std::nullopt;
  return std::string(target.data(), static_cast<std::size_t>(length));
}

std::string statusField(std::string_view status, std::string_view key) {
  for (std::size_t at = 0; at < status.size();) {
    std::size_t end = std::min(status.find('\n', at), status.size());
    std::string_view line = status.substr(at, end - at);
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ':') {
      line.remove_prefix(key.size() + 1);
      line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
      return std::string(line);
    }
    at = end + 1;
  }
  return {};
}

std::uint64_t statusBits(std::string_view status, std::string_view key) {
  const std::string digits = statusField(status, key);
  std::uint64_t bits = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), bits, 16);
  return bits;
}

std::vector<pid_t> numericEntries(const std::string &directory) {
  std::vector<pid_t> numbers;
  std::unique_ptr<DIR, int (*)(DIR *)> folder(::opendir(directory.c_str()), ::closedir);
  if (!folder)
    return numbers;
  while (const dirent *entry = ::readdir(folder.get())) {
    pid_t number = 0;
    const char *end = entry->d_name + std::strlen(entry->d_name);
    if (auto [stop, failed] = std::from_chars(entry->d_name, end, number); failed == std::errc{} && stop == end)
      numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

} // namespace livepatch

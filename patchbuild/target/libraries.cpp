#include "patchbuild/target/libraries.h"

#include "patchbuild/compile/program.h"

#include <elf.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace livepatch {

namespace {

// "	libz.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libz.so.1"
std::map<std::string, std::string> loaderCache() {
  std::map<std::string, std::string> out;
  const auto listing = runProgram({.arguments = {"/sbin/ldconfig", "-p"}, .directory = {}, .input = {}});
  if (!listing.ok() || !listing->succeeded())
    return out; // then the standard folders have to do
  std::istringstream lines(listing->output);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t arrow = line.find(" => ");
    const std::size_t open = line.find(" (");
    const std::size_t name = line.find_first_not_of(" \t");
    if (arrow == std::string::npos || open == std::string::npos || name >= open)
      continue;
    if (line.find("x86-64", open) > arrow)
      continue;
    out.emplace(line.substr(name, open - name), line.substr(arrow + 4));
  }
  return out;
}

std::string stringEntry(const ElfView &view, std::int64_t tag, const std::vector<std::uint8_t> &file) {
  const auto offset = view.dynamicEntry(tag);
  const auto table = view.dynamicEntry(DT_STRTAB);
  if (!offset || !table)
    return {};
  std::string out;
  for (std::uint64_t at = *table + *offset; out.size() < file.size(); ++at) {
    const auto byte = view.bytesAt({at}, 1);
    if (!byte.ok() || (*byte)[0] == 0)
      break;
    out += static_cast<char>((*byte)[0]);
  }
  return out;
}

std::vector<std::string> searchPath(const ElfView &view, const std::string &path,
                                    const std::vector<std::uint8_t> &file) {
  std::string text = stringEntry(view, DT_RUNPATH, file);
  if (text.empty())
    text = stringEntry(view, DT_RPATH, file);
  const std::string origin = std::filesystem::absolute(path).lexically_normal().parent_path();
  std::vector<std::string> out;
  std::istringstream folders(text);
  for (std::string folder; std::getline(folders, folder, ':');) {
    for (const std::string_view word : {"${ORIGIN}", "$ORIGIN"})
      if (const std::size_t at = folder.find(word); at != std::string::npos)
        folder.replace(at, word.size(), origin);
    if (!folder.empty())
      out.push_back(folder);
  }
  return out;
}

class LibrarySearch {
public:
  LibrarySearch() : cache_(loaderCache()) {}

  std::string find(const std::string &name, const std::vector<std::string> &folders) const {
    if (name.find('/') != std::string::npos)
      return exists(name) ? name : std::string();
    for (const std::string &folder : folders)
      if (exists(folder + "/" + name))
        return folder + "/" + name;
    if (const auto cached = cache_.find(name); cached != cache_.end() && exists(cached->second))
      return cached->second;
    for (const char *folder : {"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib",
                               "/usr/lib", "/usr/local/lib"})
      if (exists(std::string(folder) + "/" + name))
        return std::string(folder) + "/" + name;
    return {};
  }

private:
  static bool exists(const std::string &path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored);
  }

  std::map<std::string, std::string> cache_;
};

} // namespace

Result<std::vector<std::uint8_t>> readBytes(const std::string &path) {
  // A stream opens a directory gladly, and throws when it is read.
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return error(Fault::Io, fmt::format("cannot read {}: it is a directory", path));
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return error(Fault::NotFound, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  std::vector<std::uint8_t> out((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad())
    return error(Fault::Io, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  return out;
}

Libraries findLibraries(const ElfView &target, const std::string &path) {
  Libraries out;
  const LibrarySearch search;
  std::set<std::string> seen;
  std::deque<std::pair<std::string, std::vector<std::string>>> queue; // name, where its user looks
  const auto enqueue = [&](const ElfView &view, const std::vector<std::string> &folders) {
    for (const std::string_view name : view.needed())
      if (seen.emplace(name).second)
        queue.emplace_back(std::string(name), folders);
  };
  const auto file = readBytes(path);
  enqueue(target, file.ok() ? searchPath(target, path, *file) : std::vector<std::string>{});
  while (!queue.empty()) {
    const auto [name, folders] = queue.front();
    queue.pop_front();
    const std::string found = search.find(name, folders);
    if (found.empty()) {
      out.missing.push_back(name);
      continue;
    }
    out.found.push_back(found);
    const auto bytes = readBytes(found);
    if (!bytes.ok())
      continue;
    const auto view = ElfView::ofFile(*bytes, found);
    if (view.ok())
      enqueue(*view, searchPath(*view, found, *bytes));
  }
  return out;
}

} // namespace livepatch

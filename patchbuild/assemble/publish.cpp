// The patch folder appears under its name in one step, complete.
#include "patchbuild/assemble/assemble.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/source/scratch_folder.h"
#include "patchbuild/target/libraries.h"
#include "runtime/core/manifest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace livepatch {

namespace fs = std::filesystem;

namespace {

// Three files, one of them a manifest of ours that names the other two; or nothing at all.
bool isPatchFolder(const fs::path &folder) {
  std::error_code failed;
  fs::path manifestFile;
  std::size_t entries = 0;
  for (const fs::directory_entry &entry : fs::directory_iterator(folder, failed)) {
    ++entries;
    if (entry.path().extension() == ".json")
      manifestFile = entry.path();
  }
  if (failed)
    return false;
  if (entries == 0)
    return true;
  if (entries != 3 || manifestFile.empty())
    return false;
  const auto bytes = readBytes(manifestFile);
  if (!bytes.ok())
    return false;
  const auto manifest = parseManifest({reinterpret_cast<const char *>(bytes->data()), bytes->size()}, manifestFile);
  if (!manifest.ok())
    return false;
  for (const auto &[name, hash] : manifest->files)
    if (!fs::exists(folder / name, failed))
      return false;
  return true;
}

Error cannotWrite(const fs::path &output, const std::error_code &why) {
  return error(Fault::Io, fmt::format("cannot write {}: {}", output.string(), why.message()));
}

// There is a whole patch under the name at any time: an earlier one changes places with the new one in one step.
std::error_code moveTo(const fs::path &fresh, const fs::path &path) {
  const auto last = [] { return std::error_code(errno, std::generic_category()); };
  for (int attempt = 0;; ++attempt) {
    if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0)
      return {};
    if (errno == EEXIST && ::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, path.c_str(), RENAME_EXCHANGE) == 0)
      return {};
    // Somebody else's run has taken it away, or put it there, in between.
    if ((errno != ENOENT && errno != EEXIST) || attempt == 10)
      break;
  }
  if (errno != EINVAL && errno != ENOSYS)
    return last();
  // A file system that cannot exchange (NFS): for a moment there is none.
  std::error_code failed;
  const fs::path old = fresh.string() + ".old";
  if (fs::exists(path, failed))
    fs::rename(path, old, failed);
  if (!failed)
    fs::rename(fresh, path, failed);
  std::error_code ignored;
  if (failed && fs::exists(old, ignored))
    fs::rename(old, path, ignored);
  return failed;
}

// The folder that the output will be in, as far as it is there.
Result<void> checkParent(const fs::path &output) {
  std::error_code failed;
  fs::path folder = fs::absolute(output, failed).parent_path();
  while (folder.has_relative_path() && !fs::exists(folder, failed))
    folder = folder.parent_path();
  if (fs::is_directory(folder, failed) && ::access(folder.c_str(), W_OK | X_OK) == 0)
    return {};
  if (!failed && !fs::is_directory(folder, failed))
    failed = std::make_error_code(std::errc::not_a_directory);
  if (!failed)
    failed = std::error_code(errno, std::generic_category());
  return cannotWrite(output, failed);
}

fs::path withoutTrailingSlash(const std::string &output) {
  fs::path path = fs::path(output).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

} // namespace

Result<void> checkOutput(const std::string &output) {
  const fs::path path = withoutTrailingSlash(output);
  std::error_code failed;
  const fs::file_status status = fs::symlink_status(path, failed);
  if (!fs::exists(status) || (fs::is_directory(status) && isPatchFolder(path)))
    return checkParent(path);
  return error(Fault::Usage, fmt::format("cannot write {}: it exists and is not a patch", output),
               "name a folder that does not exist yet, or an earlier patch");
}

Result<void> publishPatch(const AssembledPatch &patch, const std::string &output) {
  LP_TRY(checkOutput(output));
  const fs::path path = withoutTrailingSlash(output);
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code failed;
  fs::create_directories(parent, failed);
  if (failed)
    return cannotWrite(parent, failed);

  // Beside the output and not in the scratch folder: rename(2) does not cross file systems. Removed with what is in it
  // when this is over, and by the next run if we are killed before.
  const std::string prefix = "." + path.filename().string() + ".new-";
  removeAbandonedFolders(parent.string(), prefix);
  auto beside = ScratchFolder::createIn(parent.string(), prefix);
  if (!beside.ok())
    return std::move(beside).failure();
  const fs::path fresh = fs::path(beside->path()) / path.filename();
  fs::create_directory(fresh, failed);
  for (fs::directory_iterator file(patch.folder, failed), end; !failed && file != end; file.increment(failed)) {
    LP_TRY_ASSIGN(const std::vector<std::uint8_t> bytes, readBytes(file->path()));
    LP_TRY(
        writeFileText(fresh / file->path().filename(), {reinterpret_cast<const char *>(bytes.data()), bytes.size()}));
  }
  if (!failed)
    failed = moveTo(fresh, path);
  if (failed)
    return cannotWrite(path, failed);
  return {};
}

} // namespace livepatch

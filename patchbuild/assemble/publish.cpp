// The patch folder appears under its name in one step, complete.
#include "patchbuild/assemble/assemble.h"
#include "patchbuild/target/libraries.h"
#include "runtime/core/manifest.h"

#include <fmt/format.h>
#include <unistd.h>

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

fs::path withoutTrailingSlash(const std::string &output) {
  fs::path path = fs::path(output).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

} // namespace

Result<void> checkOutput(const std::string &output) {
  const fs::path path = withoutTrailingSlash(output);
  std::error_code failed;
  const fs::file_status status = fs::symlink_status(path, failed);
  if (!fs::exists(status))
    return {};
  if (fs::is_directory(status) && isPatchFolder(path))
    return {};
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

  // Beside the output and not in the scratch folder: rename(2) does not cross file systems.
  const std::string suffix = fmt::format(".{}", ::getpid());
  const fs::path fresh = parent / ("." + path.filename().string() + suffix + ".new");
  const fs::path old = parent / ("." + path.filename().string() + suffix + ".old");
  fs::create_directory(fresh, failed);
  if (!failed)
    fs::copy(patch.folder, fresh, fs::copy_options::recursive, failed);
  if (!failed && fs::exists(path))
    fs::rename(path, old, failed);
  if (!failed) {
    fs::rename(fresh, path, failed);
    std::error_code ignored;
    if (failed && fs::exists(old, ignored))
      fs::rename(old, path, ignored);
  }
  std::error_code ignored;
  fs::remove_all(fresh, ignored);
  fs::remove_all(old, ignored);
  if (failed)
    return cannotWrite(path, failed);
  return {};
}

} // namespace livepatch

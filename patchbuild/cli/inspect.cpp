// What is in a patch, and whether its files are still those that patchbuild wrote.
#include "patchbuild/cli/action_text.h"
#include "patchbuild/cli/options.h"
#include "patchbuild/target/libraries.h"
#include "runtime/core/content_hash.h"
#include "runtime/core/manifest.h"
#include "runtime/core/readable_names.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <filesystem>

namespace livepatch {

namespace fs = std::filesystem;

namespace {

Result<std::string> manifestPath(const std::string &patch) {
  std::error_code failed;
  if (!fs::is_directory(patch, failed)) {
    if (fs::exists(patch, failed))
      return patch;
    return error(Fault::NotFound, fmt::format("there is no patch {}", patch), "name the folder that create wrote");
  }
  std::string found;
  for (const fs::directory_entry &entry : fs::directory_iterator(patch, failed)) {
    if (entry.path().extension() != ".json")
      continue;
    if (!found.empty())
      return error(Fault::Usage, fmt::format("{} holds several manifests", patch), "name the one you mean");
    found = entry.path();
  }
  if (failed)
    return error(Fault::Io, fmt::format("cannot read {}: {}", patch, failed.message()));
  if (found.empty())
    return error(Fault::NotFound, fmt::format("{} holds no manifest (NAME.json)", patch),
                 "name the folder that create wrote");
  return found;
}

Result<void> checkFiles(const Manifest &manifest, const fs::path &folder) {
  for (const auto &[name, expected] : manifest.files) {
    LP_TRY_ASSIGN(const std::vector<std::uint8_t> bytes, readBytes(folder / name));
    if (hexText(contentHash(bytes)) != expected)
      return error(Fault::Format,
                   fmt::format("{} is not the file that belongs to the manifest", (folder / name).string()),
                   "make the patch again");
  }
  return {};
}

std::string describe(const Manifest &manifest) {
  std::string out = fmt::format("patch     {}\n", manifest.name);
  for (const ManifestTarget &target : manifest.targets)
    out += fmt::format("target    {} {} build-id {}\n", target.name, target.machine, target.buildId);
  for (const ManifestParent &parent : manifest.parents)
    out += fmt::format("built on  {} {}\n", parent.name, parent.identity);
  if (manifest.replaces)
    out += "replaces  all earlier patches of the target\n";
  out += fmt::format("compiler  {}\n", manifest.compiler);
  if (!manifest.newRevision.empty())
    out += fmt::format("change    {} to {}\n", manifest.oldRevision, manifest.newRevision);
  for (const ManifestFunction &function : manifest.functions)
    out += fmt::format("{:<8}  {}  {}  {}\n", actionText(function.action), function.name, function.place,
                       fmt::join(function.reasons, ", "));
  for (const ManifestData &data : manifest.data)
    out +=
        fmt::format("{:<8}  {}  {}  {} bytes, {}\n", data.command == ManifestDataCommand::Value ? "value" : "pointer",
                    data.target, data.place, data.size, data.reason);
  for (const ManifestWarning &warning : manifest.warnings)
    out += fmt::format("warning   {} ({})\n", warning.message, warning.kind);
  for (const auto &[name, hash] : manifest.files)
    out += fmt::format("file      {} sha256 {}, as written\n", name, hash);
  return out;
}

} // namespace

Result<ExitCode> inspectCommand(const Options &options) {
  LP_TRY_ASSIGN(const std::string path, manifestPath(options.patch));
  LP_TRY_ASSIGN(const std::vector<std::uint8_t> bytes, readBytes(path));
  const std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  LP_TRY_ASSIGN(const Manifest manifest, parseManifest(text, path));
  LP_TRY(checkFiles(manifest, fs::path(path).parent_path()));
  // The manifest is the report for programs already.
  if (options.json)
    fmt::print("{}", printManifest(manifest));
  else if (!options.quiet)
    fmt::print("{}", options.verbose ? describe(manifest) : readableNames(describe(manifest)));
  return ExitCode::Produced;
}

} // namespace livepatch

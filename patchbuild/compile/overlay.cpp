#include "patchbuild/compile/overlay.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace livepatch {
namespace {

using Json = nlohmann::ordered_json;

std::string overlayText(Json roots) {
  Json overlay;
  overlay["version"] = 0;
  overlay["case-sensitive"] = "true";
  // The compiler shall name the files (in __FILE__, in debug information) as they were named in the base build.
  overlay["use-external-names"] = "false";
  overlay["roots"] = std::move(roots);
  return overlay.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace

std::string fileOverlay(const std::map<std::string, std::string> &contents) {
  std::map<std::string, Json> byFolder;
  for (const auto &[path, file] : contents) {
    const std::filesystem::path name(path);
    Json &folder = byFolder.try_emplace(name.parent_path().string(), Json::array()).first->second;
    folder.push_back({{"type", "file"}, {"name", name.filename().string()}, {"external-contents", file}});
  }
  Json roots = Json::array();
  for (auto &[name, entries] : byFolder)
    roots.push_back({{"type", "directory"}, {"name", name}, {"contents", std::move(entries)}});
  return overlayText(std::move(roots));
}

std::string folderOverlay(const std::string &from, const std::string &to) {
  Json roots = Json::array();
  roots.push_back({{"type", "directory-remap"}, {"name", from}, {"external-contents", to}});
  return overlayText(std::move(roots));
}

} // namespace livepatch

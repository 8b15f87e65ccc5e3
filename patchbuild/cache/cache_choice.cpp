#include "patchbuild/cache/cache_choice.h"

#include "patchbuild/source/file_text.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <set>

#include <unistd.h>

namespace livepatch {
namespace {

namespace fs = std::filesystem;

std::string inPath(const std::string &program) {
  const char *path = std::getenv("PATH");
  std::string_view rest = path ? path : "";
  while (!rest.empty()) {
    const auto colon = std::min(rest.find(':'), rest.size());
    const std::string name = std::string(rest.substr(0, colon)) + "/" + program;
    std::error_code ignored;
    if (name.front() == '/' && fs::is_regular_file(name, ignored) && access(name.c_str(), X_OK) == 0)
      return name;
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return {};
}

// The folders of the compiles, and those above them: a build has its description at its top.
std::set<std::string> buildFolders(const Map &map, const std::string &buildDirectory) {
  constexpr int levels = 4;
  std::set<std::string> folders;
  for (const MapUnit &unit : map.units) {
    fs::path folder = unit.directory;
    for (int level = 0; level < levels && folder.has_relative_path(); ++level, folder = folder.parent_path())
      if (!folders.insert(folder.string()).second)
        break;
  }
  if (!buildDirectory.empty())
    folders.insert(buildDirectory);
  return folders;
}

} // namespace

bool namesCcache(std::string_view fileName, std::string_view text) {
  // "ccache", "/usr/bin/ccache", also behind `env A=B`; not a folder or an option of that name.
  static const std::regex launcher("^CMAKE_(C|CXX)_COMPILER_LAUNCHER:[A-Z]+=(.*[/; =])?ccache(;.*)?$");
  static const std::regex command("^\\s*\"(command|arguments)\": *\\[?\\s*\"([^\" ]*/)?ccache[\" ].*$");
  static const std::regex makefile("^(CC|CXX)\\s*[:?]?=\\s*(\\S*/)?ccache(\\s.*)?$");
  const std::regex &expected = fileName == "CMakeCache.txt"          ? launcher
                               : fileName == "compile_commands.json" ? command
                                                                     : makefile;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    // std::regex recurses for each character: a command may be long, its beginning says enough.
    const std::string_view line = text.substr(0, std::min<std::size_t>(end, 1000));
    if (line.find("ccache") != std::string_view::npos && std::regex_match(line.begin(), line.end(), expected))
      return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

Result<std::string> chooseCache(CacheWish wish, const Map &map, const std::string &buildDirectory) {
  if (wish == CacheWish::None)
    return std::string();
  const std::string program = inPath("ccache");
  if (wish == CacheWish::Ccache)
    return program.empty() ? Result<std::string>(error(Fault::Usage, "there is no ccache in PATH",
                                                       "install it, or leave --compiler-cache ccache"))
                           : Result<std::string>(program);
  if (program.empty() || std::getenv("CCACHE_DISABLE"))
    return std::string();
  for (const std::string &folder : buildFolders(map, buildDirectory))
    for (const char *name : {"CMakeCache.txt", "compile_commands.json", "Makefile", "GNUmakefile"})
      if (const auto text = readFileText(folder + "/" + name); text.ok() && namesCcache(name, *text))
        return program;
  return std::string();
}

} // namespace livepatch

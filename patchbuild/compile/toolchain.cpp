#include "patchbuild/compile/toolchain.h"

#include "patchbuild/compile/program.h"
#include "patchbuild/source/lines.h"

#include <fmt/format.h>

#include <filesystem>

namespace livepatch {
namespace {

namespace fs = std::filesystem;

std::string besideProgram() {
  std::error_code failure;
  const fs::path self = fs::read_symlink("/proc/self/exe", failure);
  // Build tree and installed prefix have one layout: bin/patchbuild, lib/livepatch/.
  return failure ? std::string() : (self.parent_path().parent_path() / "lib" / "livepatch").string();
}

// "Debian clang version 14.0.6" -> "14.0.6".
std::string versionIn(std::string_view text) {
  constexpr std::string_view word = "clang version ";
  const auto at = text.find(word);
  if (at == std::string_view::npos)
    return {};
  text.remove_prefix(at + word.size());
  return std::string(text.substr(0, text.find_first_of(" \n(")));
}

} // namespace

Result<Toolchain> findToolchain(const std::string &pluginDirectory) {
  const std::string directory = pluginDirectory.empty() ? besideProgram() : pluginDirectory;
  const Toolchain toolchain{directory + "/livepatch-clang-plugin.so", directory + "/livepatch-extract"};
  for (const std::string &file : {toolchain.plugin, toolchain.extract}) {
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored))
      return error(pluginDirectory.empty() ? Fault::NotFound : Fault::Usage,
                   fmt::format("there is no {} in {}", fs::path(file).filename().string(), directory),
                   "install LivePatch whole, or say with --plugin-dir where its plugin is");
  }
  // The compiler runs in other directories than this program.
  return Toolchain{fs::absolute(toolchain.plugin).string(), fs::absolute(toolchain.extract).string()};
}

Result<void> checkCompiler(const Compiler &compiler) {
  const std::string remedy = fmt::format("install {} {} at {}, where the target's build had it", compiler.name,
                                         compiler.version, compiler.executable);
  std::error_code ignored;
  if (!fs::exists(compiler.executable, ignored))
    return error(Fault::Mismatch,
                 fmt::format("the target was built with {} {}, and that compiler is no longer at {}", compiler.name,
                             compiler.version, compiler.executable),
                 remedy);
  LP_TRY_ASSIGN(const ProgramOutcome outcome, runProgram({{compiler.executable, "--version"}, {}, {}}));
  const std::string found = versionIn(outcome.output);
  // Distributions append to the version ("14.0.0-1ubuntu1.1"); the plugin records what Clang itself says.
  const bool same = found == compiler.version ||
                    (found.starts_with(compiler.version) &&
                     std::string_view("-+~").find(found[compiler.version.size()]) != std::string_view::npos);
  if (same)
    return {};
  return error(Fault::Mismatch,
               fmt::format("the target was built with {} {}, but {} is now {}", compiler.name, compiler.version,
                           compiler.executable, found.empty() ? "another program" : "version " + found),
               remedy);
}

} // namespace livepatch

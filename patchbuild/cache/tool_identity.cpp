#include "patchbuild/cache/tool_identity.h"

#include "patchbuild/compile/program.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/source/lines.h"
#include "runtime/core/content_hash.h"
#include "runtime/core/hex.h"

#include <fmt/format.h>

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace livepatch {
namespace {

// A hundred megabytes of LLVM are too much to read in every run. No write to a file leaves its ctime, and no other file
// in its place has its inode.
Result<std::string> stampOf(const std::string &path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0)
    return error(Fault::NotFound, fmt::format("cannot look at {}: {}", path, std::strerror(errno)));
  return fmt::format("{} {} {}:{} {}.{:09} {}.{:09}\n", path, status.st_size, status.st_dev, status.st_ino,
                     status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
}

// "\tlibLLVM-14.so.1 => /lib/libLLVM-14.so.1 (0x7f..)" -> the path; "\t/lib64/ld.so (0x..)" likewise.
std::string pathIn(std::string_view line) {
  const auto slash = line.find('/');
  const auto end = line.rfind(" (0x");
  if (slash == std::string_view::npos || end == std::string_view::npos || end <= slash)
    return {};
  return std::string(line.substr(slash, end - slash));
}

} // namespace

Result<std::string> toolIdentity(const std::string &compiler, const std::string &plugin) {
  // ld.so(8): the loader itself says what it would load, LD_LIBRARY_PATH and LD_PRELOAD included.
  ProgramRun trace{{compiler}, {}, {}, {"LD_TRACE_LOADED_OBJECTS=1"}};
  LP_TRY_ASSIGN(const ProgramOutcome loaded, runProgram(trace));
  LP_TRY_ASSIGN(std::string result, stampOf(compiler));
  for (const std::string_view line : splitLines(loaded.output)) {
    const std::string path = pathIn(line);
    if (path.empty())
      continue;
    LP_TRY_ASSIGN(const std::string stamp, stampOf(path));
    result += stamp;
  }
  LP_TRY_ASSIGN(const std::string content, readFileText(plugin));
  return result + hexText(contentHash(content)) + "\n";
}

} // namespace livepatch

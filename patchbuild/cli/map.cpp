// patchbuild map ELF [-o FILE]
#include "patchbuild/cli/options.h"
#include "patchbuild/map/load.h"
#include "patchbuild/source/file_text.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

namespace livepatch {

Result<ExitCode> mapCommand(const Options &options) {
  LP_TRY_ASSIGN(const Map map, loadTargetMap(options.target, options.mapFile));
  const std::string text = printMap(map);
  if (options.output.empty()) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
      return error(Fault::Io, "cannot write the map to standard output");
    return ExitCode::Produced;
  }
  // Whoever reads the file meanwhile sees the old one or the new one, never a part.
  const std::string unfinished = options.output + ".part";
  std::error_code failure;
  LP_TRY(writeFileText(unfinished, text));
  std::filesystem::rename(unfinished, options.output, failure);
  if (failure) {
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    return error(Fault::Io, fmt::format("cannot write {}: {}", options.output, failure.message()));
  }
  return ExitCode::Produced;
}

} // namespace livepatch

#include "patchbuild/compile/diagnostics.h"

#include "patchbuild/source/lines.h"

namespace livepatch {

std::string firstErrors(std::string_view diagnostics) {
  constexpr std::size_t shown = 3, longest = 400;
  std::string errors, beginning;
  std::size_t errorCount = 0, lineCount = 0;
  for (std::string_view line : splitLines(diagnostics)) {
    line = lineBody(line).substr(0, longest);
    const bool isError = line.find("error:") != std::string_view::npos;
    if (isError && errorCount++ < shown)
      errors += "\n  " + std::string(line);
    if (lineCount++ < 5)
      beginning += "\n  " + std::string(line);
  }
  if (errors.empty())
    return beginning;
  return errorCount > shown ? errors + "\n  ... and more" : errors;
}

} // namespace livepatch

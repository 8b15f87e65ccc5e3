#include "patchbuild/cli/progress.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

namespace livepatch {

Progress::Progress(const Options &options) : enabled_(!options.quiet && !options.json && isatty(STDERR_FILENO)) {
  const char *terminal = std::getenv("TERM");
  if (!terminal || std::string_view(terminal) == "dumb")
    enabled_ = false;
}

Progress::~Progress() {
  if (shown_)
    std::fputs("\r\033[K", stderr);
}

void Progress::show(std::size_t finished, std::size_t total, const std::string &what) {
  if (!enabled_)
    return;
  shown_ = true;
  fmt::print(stderr, "\r\033[K[{}/{}] {}", finished, total, what);
  std::fflush(stderr);
}

void tell(const Options &options, const std::string &text) {
  if (options.verbose && !options.quiet)
    fmt::print(stderr, "patchbuild: {}\n", text);
}

} // namespace livepatch

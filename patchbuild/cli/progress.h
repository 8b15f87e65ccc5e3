// One line on a terminal that says how far it is, gone when the work is done.
#pragma once

#include "patchbuild/cli/options.h"

#include <cstddef>
#include <string>

namespace livepatch {

class Progress {
public:
  // Nothing is ever written when standard error is not a terminal, or the user wants quiet.
  explicit Progress(const Options &options);
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;
  ~Progress();
  void show(std::size_t finished, std::size_t total, const std::string &what);

private:
  bool enabled_, shown_ = false;
};

// With --verbose: a line on standard error about a step.
void tell(const Options &options, const std::string &text);

} // namespace livepatch

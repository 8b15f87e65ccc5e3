// The shared libraries that a program loads when it starts, found as the dynamic loader finds them (ld.so(8)), but for
// the environment: it is not that of the running target anyway.
#pragma once

#include "runtime/core/elf_view.h"
#include "runtime/core/result.h"

#include <string>
#include <vector>

namespace livepatch {

struct Libraries {
  std::vector<std::string> found;   // paths, breadth first as the loader goes, each once
  std::vector<std::string> missing; // names that were not found
};

[[nodiscard]] Libraries findLibraries(const ElfView &target, const std::string &path);

[[nodiscard]] Result<std::vector<std::uint8_t>> readBytes(const std::string &path);

} // namespace livepatch

// A patch file taken apart into the files that it touches. Pure.
#pragma once

#include "runtime/core/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

struct PatchSection {
  std::optional<std::string> oldName, newName; // as written ("a/src/x.c"); absent for /dev/null
  bool binary = false;
  std::string text; // the section itself, with its headers
};

// Unified diffs, plain or as git writes them. Text around the sections (mail headers, commit messages) is passed over.
[[nodiscard]] Result<std::vector<PatchSection>> splitPatch(std::string_view patch, const std::string &where);

// "a/src/x.c" with 1 -> "src/x.c"; nothing where it has not that many components.
[[nodiscard]] std::optional<std::string> stripComponents(std::string_view name, unsigned count);

} // namespace livepatch

// The map of a target: from the section in the ELF file itself, or from a mapfile that was saved beside it.
#pragma once

#include "runtime/core/map.h"
#include "runtime/core/result.h"

#include <optional>
#include <string>

namespace livepatch {

// Reads the section `.debug_livepatch` of `elfPath` and joins it with the file's symbol table, build-id and SONAME.
// NotFound where the file has no such section; Refused where it has one, or a symbol table, but no unit in it.
[[nodiscard]] Result<Map> readElfMap(const std::string &elfPath);

// A mapfile (.lpmap).
[[nodiscard]] Result<Map> readMapFile(const std::string &path);

// The target's map: of `mapPath` where given (its build-id must be the target's), else of the ELF file, else of
// `elfPath`.lpmap beside it.
[[nodiscard]] Result<Map> loadTargetMap(const std::string &elfPath, const std::optional<std::string> &mapPath);

} // namespace livepatch

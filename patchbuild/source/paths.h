// Path arithmetic that the parts of the change share.
#pragma once

#include <string>
#include <string_view>

namespace livepatch {

// Absolute (against `directory`, or the current one) and lexically normal, without a trailing slash.
[[nodiscard]] std::string normalPath(std::string_view path, std::string_view directory = {});

// `path` relative to `base`; both absolute and normal.
[[nodiscard]] std::string relativeTo(std::string_view path, std::string_view base);

[[nodiscard]] bool isBelow(std::string_view path, std::string_view directory);

// "src/a.c" -> true: a file that a compiler could read as C, C++ or assembler, by its suffix.
[[nodiscard]] bool isSourceName(std::string_view path);
// Of these, one that is compiled by itself.
[[nodiscard]] bool isUnitName(std::string_view path);

} // namespace livepatch

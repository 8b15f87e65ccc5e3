// Clang's virtual file system overlay: the compiler sees new texts under the old names, and nothing on disk changes.
#pragma once

#include <map>
#include <string>

namespace livepatch {

// Deterministic text of an overlay file that shows `contents` (path -> file that holds the text). A path whose file
// does not exist is missing for the compiler: it is not looked up underneath.
[[nodiscard]] std::string fileOverlay(const std::map<std::string, std::string> &contents);

// An overlay that shows the folder `to` under the name `from`.
[[nodiscard]] std::string folderOverlay(const std::string &from, const std::string &to);

} // namespace livepatch

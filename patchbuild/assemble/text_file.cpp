#include "patchbuild/assemble/text_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace livepatch {

Result<void> writeTextFile(const std::string &path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out)
    return error(Fault::Io, fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  return {};
}

} // namespace livepatch

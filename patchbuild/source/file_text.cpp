#include "patchbuild/source/file_text.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace livepatch {

Result<std::string> readFileText(const std::string &path) {
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (status.type() == std::filesystem::file_type::not_found)
    return error(Fault::NotFound, fmt::format("cannot read {}: there is no such file", path));
  if (failure)
    return error(Fault::Io, fmt::format("cannot read {}: {}", path, failure.message()));
  if (status.type() != std::filesystem::file_type::regular)
    return error(Fault::Usage, fmt::format("cannot read {}: it is not a regular file", path));
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return error(Fault::Io, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  std::string text;
  const auto size = std::filesystem::file_size(path, failure);
  if (!failure)
    text.resize(size);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || static_cast<std::uintmax_t>(in.gcount()) != text.size())
    return error(Fault::Io, fmt::format("cannot read {}: it changed or broke while it was read", path));
  return text;
}

Result<void> writeFileText(const std::string &path, std::string_view text) {
  std::error_code failure;
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty())
    std::filesystem::create_directories(folder, failure);
  if (failure)
    return error(Fault::Io, fmt::format("cannot make the folder {}: {}", folder.string(), failure.message()));
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out)
    return error(Fault::Io, fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  return {};
}

} // namespace livepatch

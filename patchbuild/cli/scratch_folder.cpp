#include "patchbuild/cli/scratch_folder.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace livepatch {

Result<ScratchFolder> ScratchFolder::create() {
    std::error_code failure;
    const auto temporary = std::filesystem::temp_directory_path(failure);
    if (failure)
        return error(Fault::Io, fmt::format("there is no temporary directory: {}", failure.message()), "set TMPDIR");
    std::string path = (temporary / "patchbuild-XXXXXX").string();
    if (!mkdtemp(path.data()))
        return error(Fault::Io, fmt::format("cannot make a folder in {}: {}", temporary.string(), std::strerror(errno)),
                     "set TMPDIR to a directory with room in it");
    // Compilers and overlays see the folder under its real name.
    const auto real = std::filesystem::canonical(path, failure);
    return ScratchFolder(failure ? path : real.string());
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

ScratchFolder& ScratchFolder::operator=(ScratchFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty())
        std::filesystem::remove_all(path_, ignored);
}

} // namespace livepatch

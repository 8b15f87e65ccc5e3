// A private folder under the system's temporary directory.
#pragma once

#include "runtime/core/result.h"

#include <string>

namespace livepatch {

class ScratchFolder {
  public:
    [[nodiscard]] static Result<ScratchFolder> create();
    ScratchFolder(ScratchFolder&& other) noexcept;
    ScratchFolder& operator=(ScratchFolder&& other) noexcept;
    ~ScratchFolder(); // removes it with everything in it
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

} // namespace livepatch

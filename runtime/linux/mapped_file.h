// A whole file, read-only, as bytes.
#pragma once

#include "runtime/core/elf_view.h"
#include "runtime/core/result.h"
#include "runtime/linux/file_descriptor.h"

#include <string>
#include <utility>

namespace livepatch {

// A target names files, too: whatever stands under such a name, opening it neither waits (a pipe) nor does anything (a
// device). Only regular files; NotFound where there is none.
[[nodiscard]] Result<FileDescriptor> openRegularFile(const std::string &path);

class MappedFile {
public:
  [[nodiscard]] static Result<MappedFile> open(const std::string &path);
  [[nodiscard]] static Result<MappedFile> of(const FileDescriptor &file, const std::string &path);
  MappedFile(MappedFile &&other) noexcept
      : start_(std::exchange(other.start_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  MappedFile &operator=(MappedFile &&) = delete;
  ~MappedFile();

  [[nodiscard]] Bytes bytes() const { return {static_cast<const std::uint8_t *>(start_), size_}; }

private:
  MappedFile(void *start, std::size_t size) : start_(start), size_(size) {}
  void *start_ = nullptr;
  std::size_t size_ = 0;
};

} // namespace livepatch

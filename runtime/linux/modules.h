// The objects that the dynamic loader has put into the target, read from its memory, not from files that may have
// changed since.
//
// The executable comes first, then the libraries in the order in which they were loaded. In which order symbols are
// looked up in them is in linux/loader_scope.h.
#pragma once

#include "runtime/core/elf_view.h"
#include "runtime/core/link_map_fields.h"
#include "runtime/core/memory_maps.h"
#include "runtime/core/resolve.h"
#include "runtime/core/result.h"
#include "runtime/linux/target_memory.h"
#include "runtime/linux/target_process.h"

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace livepatch {

// One object's image as it lies in memory, without its executable segments (nobody here needs instructions, and they
// are the bulk). Zero where nothing was read; such pages take no memory.
class ModuleImage {
public:
  explicit ModuleImage(std::size_t size)
      : bytes_(static_cast<std::uint8_t *>(std::calloc(size ? size : 1, 1)), std::free), size_(bytes_ ? size : 0) {}
  [[nodiscard]] std::uint8_t *data() { return bytes_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] Bytes bytes() const { return {bytes_.get(), size_}; }

private:
  std::unique_ptr<std::uint8_t, void (*)(void *)> bytes_;
  std::size_t size_;
};

struct Module {
  std::string path; // as the loader names it; the executable's from /proc
  LoadBias bias;
  AddressRange range; // of its segments
  ModuleImage image;
  ElfView view;                      // of `image`
  RuntimeAddr linkMap = {};          // the loader's record of it; 0: there is no loader
  std::optional<TlsFields> tls = {}; // where the loader put its TLS block, if it has one and this could be read
  [[nodiscard]] std::string fileName() const;
  // Whether it is what a DT_NEEDED entry asks for: by SONAME, or by its file where it has none.
  [[nodiscard]] bool isCalled(std::string_view needed) const;
};

struct ModuleList {
  std::vector<Module> modules; // [0] is the executable
  bool dynamic = false;        // there is a dynamic loader
  RuntimeAddr debugRecord;     // its r_debug (link.h), where debuggers begin; 0: there is none
  AddressRange vdso;           // the kernel's own code in the process (vdso(7)); empty where there is none

  // For core/resolve.h: all modules, in their order, with the places of their TLS blocks. Valid as long as this list
  // is.
  [[nodiscard]] std::vector<LoadedObject> objects() const;
};

// Fault::Busy while the dynamic loader is at work in the target (its list is being changed): to be tried again.
[[nodiscard]] Result<ModuleList> readModules(const TargetProcess &target, const TargetMemory &memory,
                                             const std::vector<MemoryMapping> &maps);

// The build-id of each file that the process has mapped for execution, without reading whole modules: to find the
// processes that a patch is for.
[[nodiscard]] std::vector<std::string> mappedBuildIds(const TargetProcess &target, const TargetMemory &memory);

} // namespace livepatch

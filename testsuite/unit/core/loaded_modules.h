// The test process's own modules as memory images: real input for readers of loaded objects.
#pragma once

#include "runtime/core/resolve.h"

#include <algorithm>
#include <deque>
#include <fcntl.h>
#include <link.h>
#include <unistd.h>

namespace livepatch {

class LoadedModules {
public:
  LoadedModules() {
    dl_iterate_phdr(
        [](dl_phdr_info *info, std::size_t, void *self) {
          static_cast<LoadedModules *>(self)->add(*info);
          return 0;
        },
        this);
  }
  std::vector<LoadedObject> objects; // the executable first, in link order; without the vDSO

private:
  void add(const dl_phdr_info &info) {
    const std::string name = info.dlpi_name;
    if (name.find("vdso") != std::string::npos)
      return;
    std::uint64_t low = ~std::uint64_t{0}, high = 0;
    const auto eachLoad = [&](auto visit) {
      for (int i = 0; i < info.dlpi_phnum; ++i)
        if (info.dlpi_phdr[i].p_type == PT_LOAD)
          visit(info.dlpi_phdr[i]);
    };
    eachLoad([&](const ElfW(Phdr) & load) {
      low = std::min(low, load.p_vaddr & ~std::uint64_t{4095});
      high = std::max(high, load.p_vaddr + load.p_memsz);
    });
    auto &image = images_.emplace_back(high - low); // gaps between segments stay zero
    // Through the kernel, because sanitizers forbid to read between the variables of a module.
    const int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    eachLoad([&](const ElfW(Phdr) & load) {
      const auto at = static_cast<off_t>(info.dlpi_addr + load.p_vaddr);
      if (pread(memory, &image[load.p_vaddr - low], load.p_memsz, at) < 0)
        return; // not readable: zeros
    });
    close(memory);
    auto view = ElfView::ofMemory(image, {info.dlpi_addr}, name.empty() ? "the executable" : name);
    if (!view)
      return;
    views_.push_back(std::move(*view));
    objects.push_back({&views_.back(), {info.dlpi_addr}, {}});
  }
  std::deque<std::vector<std::uint8_t>> images_;
  std::deque<ElfView> views_;
};

} // namespace livepatch

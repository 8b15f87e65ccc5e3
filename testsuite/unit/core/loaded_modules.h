// The test process's own modules as memory images: real input for readers of loaded objects.
#pragma once

#include "runtime/core/resolve.h"

#include <cstring>
#include <deque>
#include <link.h>

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
    eachLoad([&](const ElfW(Phdr) & load) {
      if (load.p_flags & PF_R)
        std::memcpy(&image[load.p_vaddr - low], reinterpret_cast<const void *>(info.dlpi_addr + load.p_vaddr),
                    load.p_memsz);
    });
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

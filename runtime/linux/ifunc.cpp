#include "runtime/linux/ifunc.h"

#include "runtime/core/content_hash.h"

#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <fmt/format.h>
#include <link.h>
#include <optional>
#include <string>
#include <sys/auxv.h>

namespace livepatch {
namespace {

bool isCode(const Module &module, RuntimeAddr at) {
  for (const ElfSegment &segment : module.view.segments())
    if (segment.type == PT_LOAD && (segment.flags & PF_X) && module.bias + segment.address <= at &&
        at < module.bias + segment.end())
      return true;
  return false;
}

// The C library takes its clocks (time, gettimeofday) from the kernel's code in the process where there is any.
bool isImplementation(const ModuleList &list, const Module &definer, RuntimeAddr at) {
  return isCode(definer, at) || list.vdso.contains(at);
}

// Whether the program cannot have changed the pointer since the loader wrote it.
bool isFixed(const Module &module, LinkAddr at) {
  const ElfSegment *relro = module.view.segment(PT_GNU_RELRO);
  return relro && relro->address <= at && at < relro->end();
}

// A slot that is bound at the first call leads back into its object's PLT until then.
bool isUnboundYet(const TargetMemory &memory, const Architecture &architecture, RuntimeAddr at) {
  constexpr std::size_t stubSize = 16;
  const auto bytes = memory.readSparse(at, stubSize);
  return architecture.isLazyStub(bytes);
}

// A slot that the target's loader filled in: an IRELATIVE one of the defining object whose addend is the resolver, or
// any object's slot for the same name that leads into the defining object.
std::optional<RuntimeAddr> fromSlots(const ModuleList &list, const TargetMemory &memory,
                                     const Architecture &architecture, const Resolution &wanted) {
  const Module &definer = list.modules[wanted.object];
  for (const Module &module : list.modules) {
    auto relocations = module.view.relocations(architecture.relativeRelocation);
    if (!relocations)
      continue;
    for (const ElfRelocation &relocation : *relocations) {
      RelocationKind kind = architecture.relocationKind(relocation.type);
      bool own = &module == &definer && kind == RelocationKind::Indirect &&
                 module.bias.value + static_cast<std::uint64_t>(relocation.addend) == wanted.address.value;
      const bool named =
          relocation.symbol != 0 &&
          (kind == RelocationKind::SymbolSlot || kind == RelocationKind::CallSlot ||
           (kind == RelocationKind::Absolute && relocation.addend == 0 && isFixed(module, relocation.at)));
      bool same = false;
      if (named) {
        auto symbol = module.view.symbol(relocation.symbol);
        same = symbol && symbol->name == wanted.symbol.name &&
               (symbol->version.empty() || symbol->version == wanted.symbol.version);
      }
      if (!own && !same)
        continue;
      auto value = memory.readWord(module.bias + relocation.at);
      if (value && isImplementation(list, definer, {*value}) && *value != wanted.address.value &&
          !isUnboundYet(memory, architecture, {*value}))
        return RuntimeAddr{*value};
    }
  }
  return std::nullopt;
}

struct OwnObject {
  std::string wantedBuildId;
  std::optional<std::uint64_t> bias;
};

int matchBuildId(dl_phdr_info *info, std::size_t, void *argument) {
  auto *own = static_cast<OwnObject *>(argument);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr) &segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE)
      continue;
    // Our own loaded objects: their notes can be trusted to be well-formed.
    const auto *at = reinterpret_cast<const std::uint8_t *>(info->dlpi_addr + segment.p_vaddr);
    const auto *end = at + segment.p_memsz;
    while (at + sizeof(ElfW(Nhdr)) <= end) {
      const auto *note = reinterpret_cast<const ElfW(Nhdr) *>(at);
      const std::uint8_t *name = at + sizeof *note, *body = name + ((note->n_namesz + 3) & ~3u);
      if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
          hexText({body, note->n_descsz}) == own->wantedBuildId) {
        own->bias = info->dlpi_addr;
        return 1;
      }
      at = body + ((note->n_descsz + 3) & ~3u);
    }
  }
  return 0;
}

// The same place in the target's vDSO, if that is the same as ours: a process may have been moved here from elsewhere.
std::optional<RuntimeAddr> inTargetsVdso(const ModuleList &list, const TargetMemory &memory, std::uint64_t at) {
  const std::uint64_t own = ::getauxval(AT_SYSINFO_EHDR);
  if (own == 0 || at < own || at - own >= list.vdso.size())
    return std::nullopt;
  const auto theirs = memory.read(list.vdso.start, list.vdso.size());
  if (!theirs || std::memcmp(theirs->data(), reinterpret_cast<const void *>(own), theirs->size()) != 0)
    return std::nullopt;
  return list.vdso.start + (at - own);
}

// Our own copy's word: the target says what lies where, may say anything, and must not choose what runs in this
// process.
bool isResolver(std::uint64_t at) {
  Dl_info object;
  void *entry = nullptr;
  if (::dladdr1(reinterpret_cast<const void *>(at), &object, &entry, RTLD_DL_SYMENT) == 0 || !entry)
    return false;
  const auto *symbol = static_cast<const ElfW(Sym) *>(entry);
  return ELF64_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC &&
         reinterpret_cast<std::uint64_t>(object.dli_fbase) + symbol->st_value == at;
}

std::optional<RuntimeAddr> fromOurselves(const ModuleList &list, const TargetMemory &memory, const Module &definer,
                                         const Resolution &wanted) {
  OwnObject own{definer.view.buildId(), std::nullopt};
  if (own.wantedBuildId.empty())
    return std::nullopt;
  ::dl_iterate_phdr(matchBuildId, &own);
  if (!own.bias)
    return std::nullopt;
  std::uint64_t resolver = wanted.address.value - definer.bias.value + *own.bias;
  if (!isResolver(resolver))
    return std::nullopt;
  std::uint64_t chosen = reinterpret_cast<std::uint64_t (*)()>(resolver)();
  const RuntimeAddr there{chosen - *own.bias + definer.bias.value};
  return isCode(definer, there) ? there : inTargetsVdso(list, memory, chosen);
}

} // namespace

Result<RuntimeAddr> ifuncImplementation(const ModuleList &modules, const TargetMemory &memory,
                                        const Architecture &architecture, const Resolution &symbol) {
  const Module &definer = modules.modules[symbol.object];
  if (auto found = fromSlots(modules, memory, architecture, symbol))
    return *found;
  if (auto found = fromOurselves(modules, memory, definer, symbol))
    return *found;
  return error(
      Fault::Refused,
      fmt::format("cannot tell which implementation of {} the target uses: it is chosen at run time (IFUNC) in {}, "
                  "which has not chosen yet",
                  symbol.symbol.name, definer.fileName()),
      "call another function in the fix, or let the program use this one before");
}

} // namespace livepatch

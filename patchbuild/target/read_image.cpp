#include "patchbuild/target/read_image.h"

#include "patchbuild/target/libraries.h"
#include "runtime/arch/architecture.h"
#include "runtime/core/elf_view.h"

#include <elf.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <map>
#include <span>

namespace livepatch {

namespace {

// By the resolver's link-time address.
using IndirectStubs = std::map<std::uint64_t, LinkAddr>;

Result<void> readSegments(const ElfView &view, TargetImage &image) {
  for (const ElfSegment &segment : view.segments()) {
    if (segment.type != PT_LOAD)
      continue;
    LP_TRY_ASSIGN(const Bytes bytes, view.bytesAt(segment.address, segment.fileSize));
    image.segments.push_back({segment.address, {bytes.begin(), bytes.end()}, segment.memorySize});
  }
  return {};
}

Result<void> readPointers(const ElfView &view, const Architecture &architecture, TargetImage &image) {
  LP_TRY_ASSIGN(const std::vector<ElfRelocation> relocations, view.relocations(architecture.relativeRelocation));
  for (const ElfRelocation &relocation : relocations) {
    ImagePointer pointer;
    pointer.value = static_cast<std::uint64_t>(relocation.addend);
    switch (architecture.relocationKind(relocation.type)) {
    case RelocationKind::Relative:
      break;
    case RelocationKind::Absolute:
    case RelocationKind::SymbolSlot:
    case RelocationKind::CallSlot: {
      if (relocation.symbol == 0)
        break;
      LP_TRY_ASSIGN(const ElfSymbol symbol, view.symbol(relocation.symbol));
      pointer.symbol = symbol.name;
      break;
    }
    default:
      continue;
    }
    image.pointers[relocation.at.value] = std::move(pointer);
  }
  return {};
}

enum class Side { Defined, Undefined, Weak };

Result<void> readDynamicNames(const ElfView &view, Side side, std::set<std::string> &out) {
  for (std::size_t i = 1; i < view.symbolCount(); ++i) {
    LP_TRY_ASSIGN(const ElfSymbol symbol, view.symbol(i));
    const bool weak = side != Side::Weak || symbol.binding == STB_WEAK;
    if (symbol.defined() == (side == Side::Defined) && weak && symbol.binding != STB_LOCAL && !symbol.name.empty())
      out.emplace(symbol.name);
  }
  return {};
}

// A static PIE has no interpreter either.
bool isSharedLibrary(const ElfView &view) {
  const bool pie = view.dynamicEntry(DT_FLAGS_1).value_or(0) & DF_1_PIE;
  return view.type() == ET_DYN && !view.segment(PT_INTERP) && !pie;
}

// `ofLinker`: a symbol that the linker made local.
void addSymbol(const GElf_Sym &symbol, const char *name, bool ofLinker, const IndirectStubs &stubs,
               TargetImage &image) {
  const int binding = GELF_ST_BIND(symbol.st_info);
  const int type = GELF_ST_TYPE(symbol.st_info);
  if (symbol.st_shndx == SHN_UNDEF || !name || !*name)
    return;
  // The linker makes hidden symbols local in its output; they were visible among the program's units all the same.
  const int visibility = GELF_ST_VISIBILITY(symbol.st_other);
  if (binding == STB_LOCAL && visibility != STV_HIDDEN && visibility != STV_INTERNAL && !ofLinker)
    return;
  if (type == STT_GNU_IFUNC) {
    // Its own address is the resolver's; what calls it, and what its address is taken for, is the linker's stub.
    const auto stub = stubs.find(symbol.st_value);
    if (stub != stubs.end())
      image.symbols.emplace(name, ImageSymbol{stub->second, 0, ImageSymbolKind::Function});
    return;
  }
  if (type != STT_FUNC && type != STT_OBJECT && type != STT_TLS && type != STT_NOTYPE)
    return;
  const ImageSymbolKind kind = type == STT_TLS      ? ImageSymbolKind::Tls
                               : type == STT_OBJECT ? ImageSymbolKind::Object
                                                    : ImageSymbolKind::Function;
  image.symbols.emplace(name, ImageSymbol{{symbol.st_value}, symbol.st_size, kind});
}

// Slots that hold what an indirect function's resolver answers, and the resolvers. Static executables have no dynamic
// table that leads to these relocations: only their section does.
std::map<std::uint64_t, std::uint64_t> indirectSlots(Elf *elf, const Architecture &architecture) {
  std::map<std::uint64_t, std::uint64_t> out;
  for (Elf_Scn *section = elf_nextscn(elf, nullptr); section; section = elf_nextscn(elf, section)) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header) || header.sh_type != SHT_RELA || header.sh_entsize == 0)
      continue;
    if (!(header.sh_flags & SHF_ALLOC))
      continue;
    Elf_Data *data = elf_getdata(section, nullptr);
    const std::size_t count = data ? data->d_size / header.sh_entsize : 0;
    for (std::size_t i = 0; i < count; ++i) {
      GElf_Rela relocation;
      if (!gelf_getrela(data, static_cast<int>(i), &relocation))
        continue;
      const auto type = static_cast<std::uint32_t>(GELF_R_TYPE(relocation.r_info));
      if (architecture.relocationKind(type) == RelocationKind::Indirect)
        out[relocation.r_offset] = static_cast<std::uint64_t>(relocation.r_addend);
    }
  }
  return out;
}

// The linker's stubs are aligned to 8 at least (psABI x86-64, 5.2), in executable sections of any name.
IndirectStubs indirectStubs(Elf *elf, const Architecture &architecture, const TargetImage &image) {
  IndirectStubs out;
  const auto slots = indirectSlots(elf, architecture);
  if (slots.empty())
    return out;
  for (Elf_Scn *section = elf_nextscn(elf, nullptr); section; section = elf_nextscn(elf, section)) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header) || !(header.sh_flags & SHF_EXECINSTR))
      continue;
    const auto bytes = image.bytesAt({header.sh_addr}, header.sh_size);
    if (!bytes)
      continue;
    constexpr std::size_t step = 8, longest = 16;
    for (std::size_t at = 0; at < bytes->size(); at += step) {
      const std::span<const std::uint8_t> code(bytes->data() + at, std::min(longest, bytes->size() - at));
      const auto slot = architecture.decodeSlotJump({header.sh_addr + at}, code);
      if (!slot)
        continue;
      if (const auto found = slots.find(slot->value); found != slots.end())
        out.emplace(found->second, LinkAddr{header.sh_addr + at});
    }
  }
  return out;
}

// .symtab, else .dynsym: a view of loaded modules knows no sections, so this reads them with libelf.
Result<void> readSymbols(std::vector<std::uint8_t> &file, const std::string &path, const Architecture &architecture,
                         TargetImage &image) {
  elf_version(EV_CURRENT);
  Elf *elf = elf_memory(reinterpret_cast<char *>(file.data()), file.size());
  if (!elf)
    return error(Fault::Format, fmt::format("cannot read {}: {}", path, elf_errmsg(-1)));
  Elf_Scn *best = nullptr;
  GElf_Shdr header{}, candidate{};
  for (Elf_Scn *section = elf_nextscn(elf, nullptr); section; section = elf_nextscn(elf, section)) {
    if (!gelf_getshdr(section, &candidate))
      continue;
    if (candidate.sh_type == SHT_SYMTAB || (candidate.sh_type == SHT_DYNSYM && !best))
      best = section, header = candidate;
  }
  Elf_Data *data = best ? elf_getdata(best, nullptr) : nullptr;
  const std::size_t count = data && header.sh_entsize ? data->d_size / header.sh_entsize : 0;
  const IndirectStubs stubs = indirectStubs(elf, architecture, image);
  // Local symbols stand behind the name of their file. bfd writes those that it made local (the C library's in a static
  // PIE, and what a version script hides) behind a file without a name, some of them with default visibility.
  bool ofLinker = false;
  for (std::size_t i = 1; i < count; ++i) {
    GElf_Sym symbol;
    if (!gelf_getsym(data, static_cast<int>(i), &symbol))
      continue;
    const char *name = elf_strptr(elf, header.sh_link, symbol.st_name);
    if (GELF_ST_TYPE(symbol.st_info) == STT_FILE)
      ofLinker = !name || !*name;
    else
      addSymbol(symbol, name, ofLinker, stubs, image);
  }
  elf_end(elf);
  return {};
}

} // namespace

Result<TargetImage> readImage(const std::string &elfPath) {
  LP_TRY_ASSIGN(std::vector<std::uint8_t> file, readBytes(elfPath));
  LP_TRY_ASSIGN(const ElfView view, ElfView::ofFile(file, elfPath));
  LP_TRY_ASSIGN(const Architecture *architecture, architectureFor(view.machine()));
  TargetImage image;
  image.sharedLibrary = isSharedLibrary(view);
  LP_TRY(readSegments(view, image));
  LP_TRY(readPointers(view, *architecture, image));
  LP_TRY(readDynamicNames(view, Side::Defined, image.exported));
  // Whoever defines what the target itself needs, a library or the program that loads this library, is in the process.
  LP_TRY(readDynamicNames(view, Side::Undefined, image.librarySymbols));
  LP_TRY(readDynamicNames(view, Side::Weak, image.nobodysSymbols));
  Libraries libraries = findLibraries(view, elfPath);
  for (const std::string &path : libraries.found) {
    LP_TRY_ASSIGN(const std::vector<std::uint8_t> bytes, readBytes(path));
    LP_TRY_ASSIGN(const ElfView library, ElfView::ofFile(bytes, path));
    std::set<std::string> defined;
    LP_TRY(readDynamicNames(library, Side::Defined, defined));
    for (const std::string &name : defined)
      image.nobodysSymbols.erase(name);
    image.librarySymbols.merge(defined);
  }
  image.libraries = std::move(libraries.found);
  image.missingLibraries = std::move(libraries.missing);
  LP_TRY(readSymbols(file, elfPath, *architecture, image));
  return image;
}

} // namespace livepatch

#include "patchbuild/target/read_image.h"

#include "patchbuild/target/libraries.h"
#include "runtime/arch/architecture.h"
#include "runtime/core/elf_view.h"

#include <elf.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>

namespace livepatch {

namespace {

Result<void> readSegments(const ElfView &view, TargetImage &image) {
  for (const ElfSegment &segment : view.segments()) {
    if (segment.type != PT_LOAD) continue;
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
    case RelocationKind::SymbolSlot: {
      if (relocation.symbol == 0) break;
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

enum class Side { Defined, Undefined };

Result<void> readDynamicNames(const ElfView &view, Side side, std::set<std::string> &out) {
  for (std::size_t i = 1; i < view.symbolCount(); ++i) {
    LP_TRY_ASSIGN(const ElfSymbol symbol, view.symbol(i));
    if (symbol.defined() == (side == Side::Defined) && symbol.binding != STB_LOCAL && !symbol.name.empty())
      out.emplace(symbol.name);
  }
  return {};
}

// A static PIE has no interpreter either.
bool isSharedLibrary(const ElfView &view) {
  const bool pie = view.dynamicEntry(DT_FLAGS_1).value_or(0) & DF_1_PIE;
  return view.type() == ET_DYN && !view.segment(PT_INTERP) && !pie;
}

void addSymbol(const GElf_Sym &symbol, const char *name, TargetImage &image) {
  const int binding = GELF_ST_BIND(symbol.st_info);
  const int type = GELF_ST_TYPE(symbol.st_info);
  if (symbol.st_shndx == SHN_UNDEF || !name || !*name) return;
  // The linker makes hidden symbols local in its output; they were visible among the program's units all the same.
  const int visibility = GELF_ST_VISIBILITY(symbol.st_other);
  if (binding == STB_LOCAL && visibility != STV_HIDDEN && visibility != STV_INTERNAL) return;
  // The address of an indirect function is its resolver's.
  if (type != STT_FUNC && type != STT_OBJECT && type != STT_TLS && type != STT_NOTYPE) return;
  const ImageSymbolKind kind = type == STT_TLS      ? ImageSymbolKind::Tls
                               : type == STT_OBJECT ? ImageSymbolKind::Object
                                                    : ImageSymbolKind::Function;
  image.symbols.emplace(name, ImageSymbol{{symbol.st_value}, symbol.st_size, kind});
}

// .symtab, else .dynsym: a view of loaded modules knows no sections, so this reads them with libelf.
Result<void> readSymbols(std::vector<std::uint8_t> &file, const std::string &path, TargetImage &image) {
  elf_version(EV_CURRENT);
  Elf *elf = elf_memory(reinterpret_cast<char *>(file.data()), file.size());
  if (!elf) return error(Fault::Format, fmt::format("cannot read {}: {}", path, elf_errmsg(-1)));
  Elf_Scn *best = nullptr;
  GElf_Shdr header{}, candidate{};
  for (Elf_Scn *section = elf_nextscn(elf, nullptr); section; section = elf_nextscn(elf, section)) {
    if (!gelf_getshdr(section, &candidate)) continue;
    if (candidate.sh_type == SHT_SYMTAB || (candidate.sh_type == SHT_DYNSYM && !best)) best = section, header = candidate;
  }
  Elf_Data *data = best ? elf_getdata(best, nullptr) : nullptr;
  const std::size_t count = data && header.sh_entsize ? data->d_size / header.sh_entsize : 0;
  for (std::size_t i = 1; i < count; ++i) {
    GElf_Sym symbol;
    if (gelf_getsym(data, static_cast<int>(i), &symbol))
      addSymbol(symbol, elf_strptr(elf, header.sh_link, symbol.st_name), image);
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
  Libraries libraries = findLibraries(view, elfPath);
  for (const std::string &path : libraries.found) {
    LP_TRY_ASSIGN(const std::vector<std::uint8_t> bytes, readBytes(path));
    LP_TRY_ASSIGN(const ElfView library, ElfView::ofFile(bytes, path));
    LP_TRY(readDynamicNames(library, Side::Defined, image.librarySymbols));
  }
  image.libraries = std::move(libraries.found);
  image.missingLibraries = std::move(libraries.missing);
  LP_TRY(readSymbols(file, elfPath, image));
  return image;
}

} // namespace livepatch

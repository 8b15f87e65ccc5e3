// Header, segments, strings, symbols and notes. Versions and relocations: elf_view_versions.cpp,
// elf_view_relocations.cpp.
#include "runtime/core/elf_view.h"

#include "runtime/core/elf_record.h"
#include "runtime/core/hex.h"

#include <algorithm>
#include <elf.h>
#include <fmt/format.h>

namespace livepatch {
namespace {

constexpr std::uint64_t pageMask = 4095;

} // namespace

Result<ElfView> ElfView::ofFile(Bytes file, std::string name) {
  ElfView view;
  view.bytes_ = file;
  view.name_ = std::move(name);
  LP_TRY(view.readHeader());
  LP_TRY(view.readDynamic());
  return view;
}

Result<ElfView> ElfView::ofMemory(Bytes image, LoadBias bias, std::string name) {
  ElfView view;
  view.bytes_ = image;
  view.inMemory_ = true;
  view.bias_ = bias;
  view.name_ = std::move(name);
  LP_TRY(view.readHeader());
  LP_TRY(view.readDynamic());
  return view;
}

Error ElfView::damaged(std::string what) const {
  return error(Fault::Format, fmt::format("cannot read {}: {}", name_, what), "the ELF object is truncated or damaged");
}

Result<void> ElfView::readHeader() {
  const auto ident = bytes_.first(std::min<std::size_t>(bytes_.size(), EI_NIDENT));
  if (ident.size() < EI_NIDENT || std::memcmp(ident.data(), ELFMAG, SELFMAG) != 0)
    return error(Fault::Format, fmt::format("{} is not an ELF object", name_));
  if (ident[EI_CLASS] != ELFCLASS64 || ident[EI_DATA] != ELFDATA2LSB)
    return error(Fault::Mismatch, fmt::format("{} is not a 64-bit little-endian ELF object", name_),
                 "only 64-bit x86-64 programs are supported");
  const auto header = recordAt<Elf64_Ehdr>(bytes_, 0);
  if (!header || header->e_version != EV_CURRENT)
    return damaged("its ELF header is incomplete");
  if (header->e_phnum != 0 && header->e_phentsize != sizeof(Elf64_Phdr))
    return damaged(fmt::format("its program headers have {} bytes each", header->e_phentsize));
  type_ = header->e_type;
  machine_ = header->e_machine;

  bool loads = false;
  for (std::size_t i = 0; i < header->e_phnum; ++i) {
    const auto raw = recordAt<Elf64_Phdr>(bytes_, header->e_phoff, i);
    if (!raw)
      return damaged("its program headers lie outside of it");
    if (raw->p_vaddr + raw->p_memsz < raw->p_vaddr || raw->p_offset + raw->p_filesz < raw->p_offset)
      return damaged(fmt::format("segment {} has an impossible size", i));
    segments_.push_back(
        {raw->p_type, raw->p_flags, {raw->p_vaddr}, raw->p_offset, raw->p_filesz, raw->p_memsz, raw->p_align});
    if (raw->p_type != PT_LOAD)
      continue;
    if (raw->p_filesz > raw->p_memsz)
      return damaged(fmt::format("segment {} is larger in the file than in memory", i));
    const LinkAddr begin{raw->p_vaddr & ~pageMask};
    lowest_ = loads ? std::min(lowest_, begin) : begin;
    end_ = std::max(end_, segments_.back().end());
    loads = true;
  }
  return {};
}

const ElfSegment *ElfView::segment(std::uint32_t type) const {
  const auto at = std::find_if(segments_.begin(), segments_.end(), [&](const auto &s) { return s.type == type; });
  return at == segments_.end() ? nullptr : &*at;
}

Result<Bytes> ElfView::bytesAt(LinkAddr at, std::uint64_t size) const {
  const auto outside = [&] { return damaged(fmt::format("{} bytes at {:#x} lie outside of it", size, at.value)); };
  if (inMemory_) {
    if (at < lowest_)
      return outside();
    const std::uint64_t offset = at.value - lowest_.value;
    if (offset > bytes_.size() || size > bytes_.size() - offset)
      return outside();
    return bytes_.subspan(offset, size);
  }
  for (const ElfSegment &segment : segments_) {
    if (segment.type != PT_LOAD || at < segment.address)
      continue;
    const std::uint64_t inside = at.value - segment.address.value;
    if (inside > segment.fileSize || size > segment.fileSize - inside)
      continue;
    const std::uint64_t offset = segment.fileOffset + inside; // no overflow: readHeader
    if (offset > bytes_.size() || size > bytes_.size() - offset)
      return outside();
    return bytes_.subspan(offset, size);
  }
  return outside();
}

Result<std::uint64_t> ElfView::dynamicAddress(std::uint64_t value) const {
  // glibc adds the bias to the addresses in the dynamic table of most objects it maps, but not to the vDSO's.
  const auto inside = [&](std::uint64_t address) { return address >= lowest_.value && address < end_.value; };
  if (inMemory_ && inside(value - bias_.value))
    return value - bias_.value;
  if (inside(value))
    return value;
  return damaged(fmt::format("its dynamic table names {:#x}, which lies outside of it", value));
}

std::optional<std::uint64_t> ElfView::dynamicEntry(std::int64_t tag) const {
  for (const auto &[entryTag, value] : dynamic_)
    if (entryTag == tag)
      return value;
  return std::nullopt;
}

Result<void> ElfView::readDynamic() {
  const ElfSegment *segment = this->segment(PT_DYNAMIC);
  if (!segment)
    return {}; // a static executable: a view with segments only
  const std::uint64_t size = inMemory_ ? segment->memorySize : segment->fileSize;
  LP_TRY_ASSIGN(const Bytes table, bytesAt(segment->address, size));
  for (std::size_t i = 0;; ++i) {
    const auto entry = recordAt<Elf64_Dyn>(table, 0, i);
    if (!entry || entry->d_tag == DT_NULL)
      break;
    dynamic_.emplace_back(entry->d_tag, entry->d_un.d_val);
  }
  if (const auto flags = dynamicEntry(DT_FLAGS)) {
    textRelocations_ = (*flags & DF_TEXTREL) != 0;
    symbolic_ = (*flags & DF_SYMBOLIC) != 0;
  }
  textRelocations_ = textRelocations_ || dynamicEntry(DT_TEXTREL);
  symbolic_ = symbolic_ || dynamicEntry(DT_SYMBOLIC);

  const auto take = [&](std::int64_t tag, std::uint64_t &address) -> Result<void> {
    if (const auto value = dynamicEntry(tag)) {
      LP_TRY_ASSIGN(address, dynamicAddress(*value));
    }
    return {};
  };
  std::uint64_t stringTable = 0;
  LP_TRY(take(DT_STRTAB, stringTable));
  if (dynamicEntry(DT_STRTAB)) {
    LP_TRY_ASSIGN(strings_, bytesAt({stringTable}, dynamicEntry(DT_STRSZ).value_or(0)));
  }
  LP_TRY(take(DT_SYMTAB, symbolTable_));
  LP_TRY(take(DT_VERSYM, versionTable_));
  LP_TRY(take(DT_GNU_HASH, gnuHash_));
  LP_TRY(take(DT_HASH, sysvHash_));
  for (const auto &[tag, value] : dynamic_) {
    if (tag == DT_SONAME) {
      LP_TRY_ASSIGN(soname_, stringAt(value));
    } else if (tag == DT_NEEDED) {
      LP_TRY_ASSIGN(const std::string_view needed, stringAt(value));
      needed_.push_back(needed);
    }
  }
  LP_TRY(readVersions());
  return countSymbols();
}

Result<std::string_view> ElfView::stringAt(std::uint64_t offset) const {
  if (offset >= strings_.size())
    return damaged(fmt::format("string {:#x} lies outside of the string table", offset));
  const Bytes rest = strings_.subspan(offset);
  const auto *text = reinterpret_cast<const char *>(rest.data());
  const void *end = std::memchr(text, 0, rest.size());
  if (!end)
    return damaged(fmt::format("string {:#x} has no end", offset));
  return std::string_view(text, static_cast<std::size_t>(static_cast<const char *>(end) - text));
}

Result<ElfSymbol> ElfView::symbol(std::size_t index) const {
  if (symbolTable_ == 0)
    return damaged("it has no dynamic symbols");
  if (index > ~std::uint32_t{0})
    return damaged(fmt::format("symbol {} cannot be", index));
  LP_TRY_ASSIGN(const Bytes record, bytesAt({symbolTable_ + index * sizeof(Elf64_Sym)}, sizeof(Elf64_Sym)));
  const Elf64_Sym raw = *recordAt<Elf64_Sym>(record, 0);
  ElfSymbol symbol;
  LP_TRY_ASSIGN(symbol.name, stringAt(raw.st_name));
  symbol.value = {raw.st_value};
  symbol.size = raw.st_size;
  symbol.section = raw.st_shndx;
  symbol.type = ELF64_ST_TYPE(raw.st_info);
  symbol.binding = ELF64_ST_BIND(raw.st_info);
  symbol.visibility = ELF64_ST_VISIBILITY(raw.st_other);
  if (versionTable_ == 0)
    return symbol;

  LP_TRY_ASSIGN(const Bytes versionBytes, bytesAt({versionTable_ + index * 2}, 2));
  const auto number = *recordAt<Elf64_Half>(versionBytes, 0);
  const std::size_t version = number & 0x7fff; // the top bit is VERSYM_HIDDEN
  symbol.hiddenVersion = symbol.defined() && (number & 0x8000) != 0;
  if (version > VER_NDX_GLOBAL) {
    if (version >= versions_.size() || versions_[version].name.empty())
      return damaged(fmt::format("symbol {} has version {}, which is not there", symbol.name, version));
    symbol.version = versions_[version].name;
    if (!symbol.defined())
      symbol.versionFile = versions_[version].file;
  }
  return symbol;
}

std::string ElfView::buildId() const {
  for (const ElfSegment &segment : segments_) {
    if (segment.type != PT_NOTE)
      continue;
    // Notes have no load address in an object file's sense; in a file they are read by offset, in memory by address.
    Bytes notes;
    if (inMemory_) {
      if (auto found = bytesAt(segment.address, segment.memorySize))
        notes = *found;
    } else if (segment.fileOffset <= bytes_.size() && segment.fileSize <= bytes_.size() - segment.fileOffset) {
      notes = bytes_.subspan(segment.fileOffset, segment.fileSize);
    }
    const std::uint64_t align = segment.align == 8 ? 8 : 4; // gABI: 8 only for .note.gnu.property
    const auto rounded = [&](std::uint64_t n) { return (n + align - 1) & ~(align - 1); };
    std::uint64_t at = 0;
    while (const auto note = recordAt<Elf64_Nhdr>(notes, at)) {
      const std::uint64_t nameAt = at + sizeof(Elf64_Nhdr), contentAt = nameAt + rounded(note->n_namesz);
      const std::uint64_t next = contentAt + rounded(note->n_descsz); // 32-bit sizes: no overflow
      if (contentAt + note->n_descsz > notes.size())
        break;
      if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && std::memcmp(&notes[nameAt], "GNU", 4) == 0)
        return hexText(notes.subspan(contentAt, note->n_descsz));
      at = next;
    }
  }
  return {};
}

} // namespace livepatch

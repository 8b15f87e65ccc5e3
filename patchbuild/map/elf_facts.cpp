#include "patchbuild/map/elf_facts.h"

#include <fmt/format.h>

#include <gelf.h>
#include <libelf.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace livepatch {
namespace {

class ElfFile {
public:
  [[nodiscard]] static Result<ElfFile> open(const std::string &path);
  ElfFile(ElfFile &&other) noexcept
      : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)),
        elf_(std::exchange(other.elf_, nullptr)) {}
  ElfFile &operator=(ElfFile &&) = delete;
  ~ElfFile() {
    if (elf_)
      elf_end(elf_);
    if (descriptor_ >= 0)
      close(descriptor_);
  }

  [[nodiscard]] Result<ElfFacts> facts() const;

private:
  ElfFile(std::string path, int descriptor, Elf *elf) : path_(std::move(path)), descriptor_(descriptor), elf_(elf) {}

  [[nodiscard]] Result<void> readHeader(ElfFacts &facts) const;
  [[nodiscard]] Result<void> readSegments(ElfFacts &facts) const;
  [[nodiscard]] Result<void> readSections(ElfFacts &facts) const;
  [[nodiscard]] Result<std::vector<std::uint8_t>> contents(Elf_Scn *section, const char *name) const;
  void readSymbols(Elf_Scn *section, const GElf_Shdr &header, ElfFacts &facts) const;
  void readNotes(Elf_Data *notes, ElfFacts &facts) const;
  [[nodiscard]] Error damaged(const std::string &what) const {
    const char *cause = elf_errmsg(-1);
    return error(Fault::Format, fmt::format("cannot read ELF file {}: {}{}{}", path_, what, cause && *cause ? ": " : "",
                                            cause ? cause : ""));
  }

  std::string path_;
  int descriptor_;
  Elf *elf_;
};

Result<ElfFile> ElfFile::open(const std::string &path) {
  if (std::error_code ignored; std::filesystem::is_directory(path, ignored))
    return error(Fault::Usage, "cannot read ELF file " + path + ": it is a directory");
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return error(errno == ENOENT ? Fault::NotFound : Fault::Io,
                 fmt::format("cannot open ELF file {}: {}", path, std::strerror(errno)));
  elf_version(EV_CURRENT);
  Elf *elf = elf_begin(descriptor, ELF_C_READ_MMAP_PRIVATE, nullptr);
  ElfFile file(path, descriptor, elf);
  if (!elf)
    return file.damaged("libelf refuses it");
  if (elf_kind(elf) == ELF_K_AR)
    return error(Fault::Usage, path + " is a static library: its code is patched in the programs it was linked to",
                 "give the executable or shared library that runs");
  if (elf_kind(elf) != ELF_K_ELF)
    return error(Fault::Format, path + " is not an ELF file");
  return file;
}

Result<void> ElfFile::readHeader(ElfFacts &facts) const {
  GElf_Ehdr header;
  if (!gelf_getehdr(elf_, &header))
    return damaged("its header");
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_machine != EM_X86_64)
    return error(Fault::Mismatch, path_ + " is not a program for x86-64, the only architecture so far");
  if (header.e_type == ET_REL)
    return error(Fault::Usage, path_ + " is an object file that is not linked yet",
                 "give the executable or shared library that it was linked to");
  if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
    return error(Fault::Usage, path_ + " is neither an executable nor a shared library");
  // libelf takes a table beyond the end of the file for none at all; a file cut short must not look like a stripped
  // one.
  std::size_t fileSize = 0;
  elf_rawfile(elf_, &fileSize);
  const std::uint64_t tableSize = std::uint64_t{header.e_shnum} * header.e_shentsize;
  if (header.e_shoff > fileSize || tableSize > fileSize - header.e_shoff)
    return error(Fault::Format, path_ + " is truncated: its section headers are beyond its end");
  facts.object.path = std::filesystem::path(path_).filename().string();
  facts.object.machine = "x86_64";
  return {};
}

Result<void> ElfFile::readSegments(ElfFacts &facts) const {
  std::size_t count = 0, fileSize = 0;
  if (elf_getphdrnum(elf_, &count) != 0)
    return damaged("its program headers");
  const char *raw = elf_rawfile(elf_, &fileSize);
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    if (!gelf_getphdr(elf_, static_cast<int>(i), &header))
      return damaged("a program header");
    const bool inside = header.p_offset <= fileSize && header.p_filesz <= fileSize - header.p_offset;
    GElf_Ehdr elfHeader;
    // A shared library is ET_DYN, too; a PIE is told by its interpreter or, where it is static, by DF_1_PIE.
    if (header.p_type == PT_INTERP && gelf_getehdr(elf_, &elfHeader))
      facts.object.pie = facts.object.pie || elfHeader.e_type == ET_DYN;
    if (header.p_type != PT_LOAD || !(header.p_flags & PF_X) || !raw)
      continue;
    if (!inside)
      return error(Fault::Format, fmt::format("{}: is truncated: segment {} reaches beyond its end", path_, i));
    facts.text.push_back({header.p_vaddr, {raw + header.p_offset, raw + header.p_offset + header.p_filesz}});
  }
  return {};
}

Result<std::vector<std::uint8_t>> ElfFile::contents(Elf_Scn *section, const char *name) const {
  GElf_Shdr header;
  if (!gelf_getshdr(section, &header))
    return damaged(fmt::format("section {}", name));
  if ((header.sh_flags & SHF_COMPRESSED) && elf_compress(section, 0, 0) < 0)
    return damaged(fmt::format("section {} cannot be decompressed", name));
  if (std::strncmp(name, ".zdebug", 7) == 0 && elf_compress_gnu(section, 0, 0) < 0)
    return damaged(fmt::format("section {} cannot be decompressed", name));
  const Elf_Data *data = elf_getdata(section, nullptr);
  if (!data)
    return damaged(fmt::format("section {}", name));
  const auto *bytes = static_cast<const std::uint8_t *>(data->d_buf);
  if (!bytes)
    return std::vector<std::uint8_t>();
  return std::vector<std::uint8_t>(bytes, bytes + data->d_size);
}

void ElfFile::readSymbols(Elf_Scn *section, const GElf_Shdr &header, ElfFacts &facts) const {
  Elf_Data *data = elf_getdata(section, nullptr);
  if (!data || header.sh_entsize == 0)
    return;
  const std::size_t count = data->d_size / header.sh_entsize;
  facts.symbols.clear();
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Sym symbol;
    if (!gelf_getsym(data, static_cast<int>(i), &symbol) || symbol.st_shndx == SHN_UNDEF)
      continue;
    const int type = GELF_ST_TYPE(symbol.st_info);
    if (type == STT_SECTION || type == STT_FILE)
      continue;
    const char *name = elf_strptr(elf_, header.sh_link, symbol.st_name);
    if (name && *name)
      facts.symbols.insert({symbol.st_value, {name, symbol.st_size, type == STT_TLS}});
  }
}

void ElfFile::readNotes(Elf_Data *notes, ElfFacts &facts) const {
  GElf_Nhdr header;
  std::size_t at = 0, nameAt = 0, contentAt = 0;
  while (notes && (at = gelf_getnote(notes, at, &header, &nameAt, &contentAt)) > 0) {
    const auto *bytes = static_cast<const std::uint8_t *>(notes->d_buf);
    if (header.n_type != NT_GNU_BUILD_ID || header.n_namesz != 4 || std::memcmp(bytes + nameAt, "GNU", 4) != 0)
      continue;
    facts.object.buildId.clear();
    for (std::size_t i = 0; i < header.n_descsz; ++i)
      facts.object.buildId += fmt::format("{:02x}", bytes[contentAt + i]);
  }
}

Result<void> ElfFile::readSections(ElfFacts &facts) const {
  std::size_t names = 0;
  if (elf_getshdrstrndx(elf_, &names) != 0)
    return damaged("its section headers");
  facts.stripped = true;
  std::vector<std::uint8_t> section;
  for (Elf_Scn *at = nullptr; (at = elf_nextscn(elf_, at));) {
    GElf_Shdr header;
    if (!gelf_getshdr(at, &header))
      return damaged("a section header");
    const char *name = elf_strptr(elf_, names, header.sh_name);
    if (!name)
      continue;
    if (header.sh_type == SHT_SYMTAB || (header.sh_type == SHT_DYNSYM && facts.stripped)) {
      readSymbols(at, header, facts);
      if (header.sh_type == SHT_SYMTAB)
        facts.stripped = false;
    } else if (header.sh_type == SHT_NOTE) {
      readNotes(elf_getdata(at, nullptr), facts);
    } else if (header.sh_type == SHT_DYNAMIC) {
      Elf_Data *data = elf_getdata(at, nullptr);
      GElf_Dyn entry;
      for (int i = 0; data && gelf_getdyn(data, i, &entry) && entry.d_tag != DT_NULL; ++i) {
        const char *soname = entry.d_tag == DT_SONAME ? elf_strptr(elf_, header.sh_link, entry.d_un.d_val) : nullptr;
        if (soname)
          facts.object.soname = soname;
        if (entry.d_tag == DT_FLAGS_1 && (entry.d_un.d_val & DF_1_PIE))
          facts.object.pie = true;
      }
    } else if (std::strcmp(name, ".debug_livepatch") == 0 || std::strcmp(name, ".zdebug_livepatch") == 0) {
      if (header.sh_type == SHT_NOBITS)
        continue;
      LP_TRY_ASSIGN(facts.mapSection, contents(at, name));
    }
  }
  return {};
}

Result<ElfFacts> ElfFile::facts() const {
  ElfFacts facts;
  LP_TRY(readHeader(facts));
  LP_TRY(readSegments(facts));
  LP_TRY(readSections(facts));
  return facts;
}

} // namespace

std::vector<std::uint8_t> ElfFacts::textAt(LinkAddr at, std::size_t size) const {
  for (const Text &part : text) {
    if (at.value < part.address)
      continue;
    const std::uint64_t offset = at.value - part.address;
    if (offset > part.bytes.size() || size > part.bytes.size() - offset)
      continue;
    const auto begin = part.bytes.begin() + static_cast<std::ptrdiff_t>(offset);
    return {begin, begin + static_cast<std::ptrdiff_t>(size)};
  }
  return {};
}

Result<ElfFacts> readElfFacts(const std::string &path) {
  LP_TRY_ASSIGN(const ElfFile file, ElfFile::open(path));
  return file.facts();
}

} // namespace livepatch

// A small shared object made by hand, so that tests decide each of its bytes.
//
//   0x0000  R   headers, dynamic symbols, strings, hash table, relocations
//   0x1000  RX  code: one page of int3
//   0x2000  RW  the dynamic table, then data; PT_GNU_RELRO covers the first of its two pages
//   0x3000  RW  the second page, half of it in the file, the rest zero
#pragma once

#include "runtime/core/elf_view.h"

#include <cstring>
#include <elf.h>
#include <string>
#include <vector>

namespace livepatch {

class ElfBuilder {
public:
  static constexpr std::uint64_t code = 0x1000, fixedData = 0x2800, data = 0x3000, bss = 0x3800, end = 0x4000;

  std::uint32_t define(const std::string &name, std::uint64_t value, unsigned char type = STT_FUNC,
                       std::uint64_t size = 16, unsigned char binding = STB_GLOBAL) {
    return add(name, value, size, ELF64_ST_INFO(binding, type), STV_PROTECTED, 1);
  }
  std::uint32_t want(const std::string &name, unsigned char type = STT_NOTYPE, unsigned char binding = STB_GLOBAL) {
    return add(name, 0, 0, ELF64_ST_INFO(binding, type), STV_DEFAULT, SHN_UNDEF);
  }
  ElfBuilder &relocate(std::uint64_t at, std::uint32_t type, std::uint32_t symbol = 0, std::int64_t addend = 0) {
    relocations_.push_back({at, ELF64_R_INFO(std::uint64_t{symbol}, type), addend});
    return *this;
  }
  ElfBuilder &dynamicEntry(std::int64_t tag, std::uint64_t value) {
    extra_.emplace_back(tag, value);
    return *this;
  }
  ElfBuilder &programHeader(std::uint32_t type, std::uint64_t address, std::uint64_t size, std::uint32_t flags = PF_R) {
    programHeaders_.push_back({type, flags, address, address, address, size, size, 8});
    return *this;
  }

  [[nodiscard]] std::vector<std::uint8_t> build() const {
    std::vector<std::uint8_t> file(bss, 0);
    std::memset(&file[code], 0xcc, 0x1000);
    std::uint64_t next = sizeof(Elf64_Ehdr) + 16 * sizeof(Elf64_Phdr);
    const auto place = [&](const void *bytes, std::size_t size) {
      const std::uint64_t at = next;
      if (size != 0)
        std::memcpy(&file.at(at + size) - size, bytes, size);
      next = (at + size + 15) & ~std::uint64_t{15};
      return at;
    };
    // DT_HASH with one bucket: all symbols in one chain.
    std::vector<std::uint32_t> hash{1, static_cast<std::uint32_t>(symbols_.size()),
                                    static_cast<std::uint32_t>(symbols_.size() - 1)};
    for (std::uint32_t i = 0; i < symbols_.size(); ++i)
      hash.push_back(i == 0 ? 0 : i - 1);
    const std::uint64_t symbolsAt = place(symbols_.data(), symbols_.size() * sizeof(Elf64_Sym));
    const std::uint64_t stringsAt = place(strings_.data(), strings_.size());
    const std::uint64_t hashAt = place(hash.data(), hash.size() * 4);
    const std::uint64_t relaAt = place(relocations_.data(), relocations_.size() * sizeof(Elf64_Rela));
    static constexpr unsigned char note[] = {4, 0, 0,   0,   4,   0, 0,    0,    3,    0,
                                             0, 0, 'G', 'N', 'U', 0, 0xde, 0xad, 0xbe, 0xef};
    const std::uint64_t noteAt = place(note, sizeof note);

    std::vector<std::pair<std::int64_t, std::uint64_t>> dynamic{{DT_SONAME, soname_},
                                                                {DT_SYMTAB, symbolsAt},
                                                                {DT_STRTAB, stringsAt},
                                                                {DT_STRSZ, strings_.size()},
                                                                {DT_HASH, hashAt},
                                                                {DT_RELA, relaAt},
                                                                {DT_RELASZ, relocations_.size() * sizeof(Elf64_Rela)},
                                                                {DT_RELAENT, sizeof(Elf64_Rela)}};
    dynamic.insert(dynamic.end(), extra_.begin(), extra_.end());
    dynamic.emplace_back(DT_NULL, 0);
    const std::size_t dynamicSize = dynamic.size() * 16;
    std::memcpy(&file[0x2000], dynamic.data(), dynamicSize);

    std::vector<Elf64_Phdr> headers{{PT_LOAD, PF_R, 0, 0, 0, 0x1000, 0x1000, 0x1000},
                                    {PT_LOAD, PF_R | PF_X, code, code, code, 0x1000, 0x1000, 0x1000},
                                    {PT_LOAD, PF_R | PF_W, 0x2000, 0x2000, 0x2000, bss - 0x2000, end - 0x2000, 0x1000},
                                    {PT_DYNAMIC, PF_R | PF_W, 0x2000, 0x2000, 0x2000, dynamicSize, dynamicSize, 8},
                                    {PT_GNU_RELRO, PF_R, 0x2000, 0x2000, 0x2000, 0x1000, 0x1000, 1},
                                    {PT_NOTE, PF_R, noteAt, noteAt, noteAt, sizeof note, sizeof note, 4}};
    headers.insert(headers.end(), programHeaders_.begin(), programHeaders_.end());
    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_type = ET_DYN;
    header.e_machine = EM_X86_64;
    header.e_version = EV_CURRENT;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = static_cast<Elf64_Half>(headers.size());
    std::memcpy(file.data(), &header, sizeof header);
    std::memcpy(&file[sizeof header], headers.data(), headers.size() * sizeof(Elf64_Phdr));
    return file;
  }

private:
  std::uint32_t add(const std::string &name, std::uint64_t value, std::uint64_t size, unsigned char info,
                    unsigned char other, std::uint16_t section) {
    symbols_.push_back({string(name), info, other, section, value, size});
    return static_cast<std::uint32_t>(symbols_.size() - 1);
  }
  std::uint32_t string(const std::string &text) {
    const std::size_t at = strings_.size();
    strings_ += text + '\0';
    return static_cast<std::uint32_t>(at);
  }

  std::string strings_ = std::string(1, '\0');
  std::uint64_t soname_ = string("libpatch.so");
  std::vector<Elf64_Sym> symbols_{Elf64_Sym{}};
  std::vector<Elf64_Rela> relocations_;
  std::vector<std::pair<std::int64_t, std::uint64_t>> extra_;
  std::vector<Elf64_Phdr> programHeaders_;
};

} // namespace livepatch

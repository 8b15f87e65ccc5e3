// Dynamic relocations: DT_RELA, DT_JMPREL and DT_RELR as one list.
#include "runtime/core/elf_record.h"
#include "runtime/core/elf_view.h"

#include <algorithm>
#include <elf.h>
#include <fmt/format.h>

#ifndef DT_RELR // glibc's <elf.h> has it since 2.36
#define DT_RELRSZ 35
#define DT_RELR 36
#endif

namespace livepatch {
namespace {

// DT_RELR names 63 words in 8 bytes: what is no damage relocates no word twice, and nobody holds more than this.
constexpr std::size_t mostRelocations = std::size_t{1} << 24;

} // namespace

Result<void> ElfView::appendRela(Range table, std::vector<ElfRelocation> &out) const {
  LP_TRY_ASSIGN(const Bytes bytes, bytesAt({table.address}, table.size));
  for (std::size_t i = 0;; ++i) {
    const auto raw = recordAt<Elf64_Rela>(bytes, 0, i);
    if (!raw)
      return {};
    if (out.size() >= mostRelocations)
      return damaged("it has too many relocations");
    out.push_back({{raw->r_offset},
                   static_cast<std::uint32_t>(ELF64_R_TYPE(raw->r_info)),
                   static_cast<std::uint32_t>(ELF64_R_SYM(raw->r_info)),
                   raw->r_addend});
  }
}

// gABI: an even word is an address to relocate, an odd one a bitmap of the 63 words behind the last address.
Result<void> ElfView::appendRelr(std::uint32_t relativeType, std::vector<ElfRelocation> &out) const {
  const auto table = dynamicEntry(DT_RELR);
  if (!table)
    return {};
  LP_TRY_ASSIGN(const std::uint64_t address, dynamicAddress(*table));
  LP_TRY_ASSIGN(const Bytes words, bytesAt({address}, dynamicEntry(DT_RELRSZ).value_or(0)));
  const auto append = [&](std::uint64_t at) -> Result<void> {
    LP_TRY_ASSIGN(const Bytes content, bytesAt({at}, 8)); // the addend stands in place
    if (out.size() >= std::min(mostRelocations, bytes_.size() / 8 + 1))
      return damaged("it has too many relocations");
    out.push_back({{at}, relativeType, 0, *recordAt<std::int64_t>(content, 0)});
    return {};
  };
  std::uint64_t next = 0;
  for (std::size_t i = 0;; ++i) {
    const auto word = recordAt<std::uint64_t>(words, 0, i);
    if (!word)
      return {};
    if ((*word & 1) == 0) {
      LP_TRY(append(*word));
      next = *word + 8;
      continue;
    }
    for (unsigned bit = 1; bit < 64; ++bit)
      if (*word >> bit & 1)
        LP_TRY(append(next + (bit - 1) * 8));
    next += 63 * 8;
  }
}

Result<std::vector<ElfRelocation>> ElfView::relocations(std::uint32_t relativeType) const {
  std::vector<ElfRelocation> out;
  if (dynamicEntry(DT_REL) || (dynamicEntry(DT_JMPREL) && dynamicEntry(DT_PLTREL).value_or(DT_RELA) != DT_RELA))
    return error(Fault::Refused, fmt::format("cannot relocate {}: it has relocations without addends", name_));
  if (dynamicEntry(DT_RELA) && dynamicEntry(DT_RELAENT).value_or(sizeof(Elf64_Rela)) != sizeof(Elf64_Rela))
    return damaged("its relocations have an unknown size");
  const auto rela = [&](std::int64_t tag, std::int64_t sizeTag) -> Result<void> {
    const auto table = dynamicEntry(tag);
    if (!table)
      return {};
    const std::uint64_t size = dynamicEntry(sizeTag).value_or(0);
    if (size == 0)
      return {}; // the address may then point anywhere
    LP_TRY_ASSIGN(const std::uint64_t address, dynamicAddress(*table));
    return appendRela({address, size}, out);
  };
  LP_TRY(rela(DT_RELA, DT_RELASZ));
  LP_TRY(rela(DT_JMPREL, DT_PLTRELSZ));
  LP_TRY(appendRelr(relativeType, out));
  return out;
}

} // namespace livepatch

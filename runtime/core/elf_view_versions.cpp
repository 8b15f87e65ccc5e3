// Symbol versions (LSB core, "Symbol Versioning") and the lookup of definitions.
#include "runtime/core/elf_record.h"
#include "runtime/core/elf_view.h"

#include <algorithm>
#include <elf.h>
#include <fmt/format.h>

namespace livepatch {
namespace {

// The hash of DT_GNU_HASH: Bernstein's, h * 33 + c.
std::uint32_t gnuHashOf(std::string_view name) {
  std::uint32_t hash = 5381;
  for (const char c : name)
    hash = hash * 33 + static_cast<unsigned char>(c);
  return hash;
}

bool counts(const ElfSymbol &symbol) {
  return symbol.defined() || symbol.value.value != 0;
}

} // namespace

Result<void> ElfView::readVersions() {
  const auto note = [&](std::size_t number, NamedVersion version) {
    if (number >= versions_.size())
      versions_.resize(number + 1); // at most 0x7fff entries
    versions_[number] = version;
  };
  // Both tables are linked lists of byte distances; the counts bound them, so a loop in them ends.
  if (const auto table = dynamicEntry(DT_VERDEF)) {
    LP_TRY_ASSIGN(std::uint64_t at, dynamicAddress(*table));
    const std::uint64_t count = std::min<std::uint64_t>(dynamicEntry(DT_VERDEFNUM).value_or(0), 0x8000);
    for (std::uint64_t i = 0; i < count; ++i) {
      LP_TRY_ASSIGN(const Bytes bytes, bytesAt({at}, sizeof(Elf64_Verdef)));
      const Elf64_Verdef definition = *recordAt<Elf64_Verdef>(bytes, 0);
      LP_TRY_ASSIGN(const Bytes first, bytesAt({at + definition.vd_aux}, sizeof(Elf64_Verdaux)));
      LP_TRY_ASSIGN(const std::string_view name, stringAt(recordAt<Elf64_Verdaux>(first, 0)->vda_name));
      // The base version is the library's own name: a symbol with it counts as one without a version.
      if (!(definition.vd_flags & VER_FLG_BASE))
        note(definition.vd_ndx & 0x7fff, {name, {}});
      if (definition.vd_next == 0)
        break;
      at += definition.vd_next;
    }
  }
  if (const auto table = dynamicEntry(DT_VERNEED)) {
    LP_TRY_ASSIGN(std::uint64_t at, dynamicAddress(*table));
    const std::uint64_t count = std::min<std::uint64_t>(dynamicEntry(DT_VERNEEDNUM).value_or(0), 0x8000);
    for (std::uint64_t i = 0; i < count; ++i) {
      LP_TRY_ASSIGN(const Bytes bytes, bytesAt({at}, sizeof(Elf64_Verneed)));
      const Elf64_Verneed needed = *recordAt<Elf64_Verneed>(bytes, 0);
      LP_TRY_ASSIGN(const std::string_view file, stringAt(needed.vn_file));
      std::uint64_t versionAt = at + needed.vn_aux;
      for (std::size_t j = 0; j < needed.vn_cnt; ++j) {
        LP_TRY_ASSIGN(const Bytes versionBytes, bytesAt({versionAt}, sizeof(Elf64_Vernaux)));
        const Elf64_Vernaux version = *recordAt<Elf64_Vernaux>(versionBytes, 0);
        LP_TRY_ASSIGN(const std::string_view name, stringAt(version.vna_name));
        note(version.vna_other & 0x7fff, {name, file});
        if (version.vna_next == 0)
          break;
        versionAt += version.vna_next;
      }
      if (needed.vn_next == 0)
        break;
      at += needed.vn_next;
    }
  }
  return {};
}

Result<void> ElfView::countSymbols() {
  if (symbolTable_ == 0)
    return {};
  if (sysvHash_ != 0) {
    LP_TRY_ASSIGN(const Bytes header, bytesAt({sysvHash_}, 8));
    symbolCount_ = *recordAt<std::uint32_t>(header, 0, 1); // nchain: one for each symbol
  } else if (gnuHash_ != 0) {
    // The table does not say how many there are: the end of the last chain does.
    LP_TRY_ASSIGN(const Bytes header, bytesAt({gnuHash_}, 16));
    const std::uint64_t bucketCount = *recordAt<std::uint32_t>(header, 0, 0);
    const std::uint64_t firstHashed = *recordAt<std::uint32_t>(header, 0, 1);
    const std::uint64_t bloomWords = *recordAt<std::uint32_t>(header, 0, 2);
    const std::uint64_t buckets = gnuHash_ + 16 + bloomWords * 8, chains = buckets + bucketCount * 4;
    LP_TRY_ASSIGN(const Bytes bucketBytes, bytesAt({buckets}, bucketCount * 4));
    std::uint64_t last = 0;
    for (std::uint64_t i = 0; i < bucketCount; ++i)
      last = std::max<std::uint64_t>(last, *recordAt<std::uint32_t>(bucketBytes, 0, i));
    symbolCount_ = firstHashed;
    while (last != 0) {
      if (last < firstHashed)
        return damaged("its hash table names a symbol that cannot be in it");
      LP_TRY_ASSIGN(const Bytes hash, bytesAt({chains + (last - firstHashed) * 4}, 4));
      symbolCount_ = ++last;
      if (*recordAt<std::uint32_t>(hash, 0) & 1)
        break; // the end of a chain
    }
  }
  // An object that exports nothing has an empty hash table that does not count its undefined symbols; relocations do.
  // In a module's memory nobody asks for these.
  if (!inMemory_) {
    LP_TRY_ASSIGN(const auto entries, relocations(0));
    for (const ElfRelocation &relocation : entries)
      symbolCount_ = std::max<std::size_t>(symbolCount_, std::size_t{relocation.symbol} + 1);
  }
  // Nobody loops over more symbols than there can be.
  if (symbolCount_ > bytes_.size() / sizeof(Elf64_Sym))
    return damaged("it claims more symbols than it has room for");
  return {};
}

Result<std::vector<ElfSymbol>> ElfView::gnuHashDefinitions(std::string_view name) const {
  std::vector<ElfSymbol> found;
  LP_TRY_ASSIGN(const Bytes header, bytesAt({gnuHash_}, 16));
  const std::uint64_t bucketCount = *recordAt<std::uint32_t>(header, 0, 0);
  const std::uint64_t firstHashed = *recordAt<std::uint32_t>(header, 0, 1);
  const std::uint64_t bloomWords = *recordAt<std::uint32_t>(header, 0, 2);
  if (bucketCount == 0)
    return found;
  // The bloom filter is skipped: it only speeds up failures, and a lookup here is no hot path.
  const std::uint32_t hash = gnuHashOf(name);
  const std::uint64_t buckets = gnuHash_ + 16 + bloomWords * 8, chains = buckets + bucketCount * 4;
  LP_TRY_ASSIGN(const Bytes bucket, bytesAt({buckets + hash % bucketCount * 4}, 4));
  for (std::uint64_t i = *recordAt<std::uint32_t>(bucket, 0); i >= firstHashed && i != 0 && i < symbolCount_; ++i) {
    LP_TRY_ASSIGN(const Bytes chain, bytesAt({chains + (i - firstHashed) * 4}, 4));
    const auto chainHash = *recordAt<std::uint32_t>(chain, 0);
    if ((chainHash | 1) == (hash | 1)) {
      LP_TRY_ASSIGN(const ElfSymbol candidate, symbol(i));
      if (candidate.name == name && counts(candidate))
        found.push_back(candidate);
    }
    if (chainHash & 1)
      break;
  }
  return found;
}

Result<std::vector<ElfSymbol>> ElfView::definitions(std::string_view name) const {
  if (symbolTable_ == 0)
    return std::vector<ElfSymbol>{};
  if (gnuHash_ != 0)
    return gnuHashDefinitions(name);
  std::vector<ElfSymbol> found;
  for (std::size_t i = 1; i < symbolCount_; ++i) {
    LP_TRY_ASSIGN(const ElfSymbol candidate, symbol(i));
    if (candidate.name == name && counts(candidate))
      found.push_back(candidate);
  }
  return found;
}

} // namespace livepatch

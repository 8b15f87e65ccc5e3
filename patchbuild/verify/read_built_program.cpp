#include "patchbuild/verify/read_built_program.h"

#include "patchbuild/source/change.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/verify/exception_tables.h"
#include "patchbuild/verify/machine_code.h"
#include "runtime/arch/architecture.h"
#include "runtime/core/elf_view.h"

#include <elf.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <memory>
#include <set>

namespace livepatch {

namespace {

struct ElfCloser {
  void operator()(Elf *elf) const { elf_end(elf); }
};
using ElfHandle = std::unique_ptr<Elf, ElfCloser>;

Result<void> readSegments(const ElfView &view, BuiltProgram &out) {
  out.fixedAddresses = view.type() == ET_EXEC;
  for (const ElfSegment &segment : view.segments()) {
    if (segment.type != PT_LOAD)
      continue;
    LP_TRY_ASSIGN(const Bytes bytes, view.bytesAt(segment.address, segment.fileSize));
    out.segments.push_back({segment.address, {bytes.begin(), bytes.end()}, segment.memorySize});
  }
  return {};
}

Result<void> readDynamicSlots(const ElfView &view, BuiltProgram &out) {
  LP_TRY_ASSIGN(const Architecture *architecture, architectureFor(view.machine()));
  LP_TRY_ASSIGN(const std::vector<ElfRelocation> relocations, view.relocations(architecture->relativeRelocation));
  for (const ElfRelocation &relocation : relocations) {
    ProgramSlot slot{relocation.type, {}, static_cast<std::uint64_t>(relocation.addend)};
    if (relocation.symbol != 0) {
      LP_TRY_ASSIGN(const ElfSymbol symbol, view.symbol(relocation.symbol));
      slot.symbol = symbol.name;
    }
    out.slots[relocation.at.value] = std::move(slot);
  }
  return {};
}

// The initial contents of thread-local variables. Behind what the file has of them come zeros (.tbss), and there the
// addresses are those of other sections; so all of it gets addresses of its own, as many bytes apart as before.
Result<void> readThreadBlock(const ElfView &view, BuiltProgram &out) {
  constexpr std::uint64_t ownAddresses = std::uint64_t{1} << 62;
  for (const ElfSegment &segment : view.segments()) {
    if (segment.type != PT_TLS)
      continue;
    // The block ends where the thread pointer points to (ELF TLS, variant II).
    const std::uint64_t align = std::max<std::uint64_t>(segment.align, 1), begin = segment.address.value;
    out.threadBlock = ownAddresses + begin;
    out.threadBlockSize = (segment.memorySize + align - 1) / align * align;
    std::vector<std::uint8_t> contents;
    if (segment.fileSize != 0) {
      LP_TRY_ASSIGN(const Bytes bytes, view.bytesAt(segment.address, segment.fileSize));
      contents.assign(bytes.begin(), bytes.end());
    }
    out.segments.push_back({LinkAddr{out.threadBlock}, std::move(contents), segment.memorySize});
    std::map<std::uint64_t, ProgramSlot> moved;
    for (auto slot = out.slots.lower_bound(begin); slot != out.slots.lower_bound(begin + segment.fileSize); ++slot)
      moved.emplace(ownAddresses + slot->first, slot->second);
    out.slots.merge(moved);
  }
  return {};
}

// A static executable has relocations for its indirect functions, and no dynamic table that leads to them.
void readStaticSlots(Elf_Data *data, BuiltProgram &out) {
  GElf_Rela relocation;
  for (int i = 0; data && gelf_getrela(data, i, &relocation); ++i)
    out.slots.try_emplace(relocation.r_offset, ProgramSlot{static_cast<std::uint32_t>(GELF_R_TYPE(relocation.r_info)),
                                                           {},
                                                           static_cast<std::uint64_t>(relocation.r_addend)});
}

void readSymbols(Elf *elf, Elf_Data *data, const GElf_Shdr &header, BuiltProgram &out) {
  GElf_Sym symbol;
  for (int i = 1; data && gelf_getsym(data, i, &symbol); ++i) {
    const int type = GELF_ST_TYPE(symbol.st_info);
    const char *name = elf_strptr(elf, header.sh_link, symbol.st_name);
    if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx == SHN_ABS || type == STT_SECTION || type == STT_FILE ||
        !name || !*name)
      continue;
    if (type == STT_TLS) {
      out.threadLocals.emplace(symbol.st_value, name);
      continue;
    }
    out.symbols.push_back({name, symbol.st_value, symbol.st_size, GELF_ST_BIND(symbol.st_info) == STB_LOCAL,
                           type == STT_FUNC || type == STT_GNU_IFUNC});
  }
}

Result<void> readSections(Elf *elf, BuiltProgram &out) {
  std::size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0)
    return error(Fault::Format, fmt::format("cannot read the sections of {}: {}", out.path, elf_errmsg(-1)));
  Elf_Scn *symbols = nullptr;
  GElf_Shdr header, symbolsHeader{};
  for (Elf_Scn *section = elf_nextscn(elf, nullptr); section; section = elf_nextscn(elf, section)) {
    if (!gelf_getshdr(section, &header))
      return error(Fault::Format, fmt::format("cannot read a section header of {}: {}", out.path, elf_errmsg(-1)));
    if (header.sh_type == SHT_SYMTAB || (header.sh_type == SHT_DYNSYM && !symbols))
      symbols = section, symbolsHeader = header;
    if (!(header.sh_flags & SHF_ALLOC))
      continue;
    if (header.sh_type == SHT_RELA)
      readStaticSlots(elf_getdata(section, nullptr), out);
    if (header.sh_flags & SHF_TLS)
      continue; // a template; nothing refers to it by address
    const char *name = elf_strptr(elf, names, header.sh_name);
    out.sections.push_back({name ? name : "", header.sh_addr, header.sh_size, (header.sh_flags & SHF_EXECINSTR) != 0,
                            (header.sh_flags & SHF_WRITE) != 0});
  }
  if (symbols)
    readSymbols(elf, elf_getdata(symbols, nullptr), symbolsHeader, out);
  const auto byAddress = [](const auto &a, const auto &b) { return a.address < b.address; };
  std::stable_sort(out.sections.begin(), out.sections.end(), byAddress);
  std::stable_sort(out.symbols.begin(), out.symbols.end(), byAddress);
  return {};
}

void indexMap(BuiltProgram &out) {
  const auto enter = [&](std::uint64_t at, bool threadLocal, const ProgramEntity &entity) {
    if (!threadLocal)
      out.entities.emplace(at, entity);
    out.entitiesByName.emplace(entity.name(), entity);
  };
  for (std::size_t index = 0; index < out.map.units.size(); ++index)
    out.unitIds.push_back(unitId(out.map.units[index], out.unitRoots[index]));
  numberSameSources(out.unitIds);
  for (std::size_t index = 0; index < out.map.units.size(); ++index) {
    const MapUnit &unit = out.map.units[index];
    for (const MapFunction &function : unit.functions)
      if (function.address)
        enter(function.address->value, false, {index, &function, nullptr});
    for (const MapVariable &variable : unit.variables)
      if (variable.address)
        enter(variable.address->value, variable.tls, {index, nullptr, &variable});
  }
}

// Where nameless constants begin, only those who use them can tell.
void findStarts(BuiltProgram &out) {
  const auto add = [&](std::uint64_t at) {
    if (out.sectionAt(at))
      out.starts.push_back(at);
  };
  for (const ProgramSymbol &symbol : out.symbols) {
    add(symbol.address);
    add(symbol.address + symbol.size);
    const ProgramSection *section = out.sectionAt(symbol.address);
    if (!symbol.function || !section || !section->executable)
      continue;
    const auto bytes = out.bytesAt(symbol.address, symbol.size);
    if (!bytes)
      continue;
    for (const CodeInstruction &instruction : decodeCode(symbol.address, *bytes).instructions)
      for (std::size_t i = 0; i < instruction.operandCount; ++i) {
        const CodeOperand &operand = instruction.operands[i];
        if (operand.kind == OperandKind::Located)
          add(operand.address);
        else if (out.fixedAddresses && (operand.kind == OperandKind::Immediate || operand.kind == OperandKind::Memory))
          add(static_cast<std::uint64_t>(operand.number));
      }
  }
  for (const auto &[at, slot] : out.slots)
    if (slot.symbol.empty())
      add(slot.addend);
  // Without relocations any word of the data that could be an address counts as one.
  if (out.fixedAddresses)
    for (const ProgramSection &section : out.sections) {
      const auto bytes = section.executable ? std::nullopt : out.bytesAt(section.address, section.size);
      for (std::size_t at = 0; bytes && at + 8 <= bytes->size(); at += 8) {
        std::uint64_t word = 0;
        for (int i = 7; i >= 0; --i)
          word = word << 8 | (*bytes)[at + static_cast<std::size_t>(i)];
        add(word);
      }
    }
  std::sort(out.starts.begin(), out.starts.end());
  out.starts.erase(std::unique(out.starts.begin(), out.starts.end()), out.starts.end());
}

} // namespace

std::vector<std::string> rootsWithUnits(const Map &map, const std::vector<std::string> &units,
                                        const std::string &otherRoot) {
  const std::set<std::string> known(units.begin(), units.end());
  std::vector<std::string> roots;
  std::map<std::string, std::size_t> votes;
  for (const MapUnit &unit : map.units) {
    const std::string path = unit.sourcePath();
    std::string &root = roots.emplace_back();
    // Built in the same place, or from a source outside of the trees that both builds have.
    if (known.contains(unitId(unit, otherRoot)))
      root = otherRoot;
    for (std::size_t slash = 0; root.empty() && slash != std::string::npos; slash = path.find('/', slash + 1))
      if (known.contains(path.substr(slash + 1)))
        root = path.substr(0, slash);
    if (!root.empty())
      ++votes[root];
  }
  // A unit that the other build does not have lies with most of the others.
  const auto most =
      std::max_element(votes.begin(), votes.end(), [](const auto &a, const auto &b) { return a.second < b.second; });
  for (std::string &root : roots)
    if (root.empty())
      root = most == votes.end() ? recordedSourceRoot(map) : most->first;
  return roots;
}

Result<BuiltProgram> readBuiltProgram(const std::string &elfPath, Map map, std::vector<std::string> roots) {
  BuiltProgram out;
  out.path = elfPath;
  out.unitRoots = std::move(roots);
  out.map = std::move(map);
  LP_TRY_ASSIGN(std::string file, readFileText(elfPath));
  const auto *bytes = reinterpret_cast<const std::uint8_t *>(file.data());
  LP_TRY_ASSIGN(const ElfView view, ElfView::ofFile({bytes, file.size()}, elfPath));
  LP_TRY(readSegments(view, out));
  LP_TRY(readDynamicSlots(view, out));
  LP_TRY(readThreadBlock(view, out));
  elf_version(EV_CURRENT);
  const ElfHandle elf(elf_memory(file.data(), file.size()));
  if (!elf)
    return error(Fault::Format, fmt::format("cannot read {}: {}", elfPath, elf_errmsg(-1)));
  LP_TRY(readSections(elf.get(), out));
  out.exceptionTables = exceptionTablesOf(out);
  indexMap(out);
  findStarts(out);
  return out;
}

} // namespace livepatch

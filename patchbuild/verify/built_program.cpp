#include "patchbuild/verify/built_program.h"

#include <algorithm>

namespace livepatch {

const ProgramSection *BuiltProgram::sectionAt(std::uint64_t at) const {
  const auto next = std::upper_bound(sections.begin(), sections.end(), at,
                                     [](std::uint64_t value, const ProgramSection &s) { return value < s.address; });
  // Empty sections and the template of thread-local data may share an address with their neighbour.
  for (auto section = next; section != sections.begin();) {
    --section;
    if (section->holds(at))
      return &*section;
    if (section->size != 0)
      break;
  }
  return nullptr;
}

std::vector<const ProgramSymbol *> BuiltProgram::symbolsBefore(std::uint64_t at) const {
  std::vector<const ProgramSymbol *> out;
  const auto next = std::upper_bound(symbols.begin(), symbols.end(), at,
                                     [](std::uint64_t value, const ProgramSymbol &s) { return value < s.address; });
  for (auto symbol = next; symbol != symbols.begin();) {
    --symbol;
    if (!out.empty() && symbol->address != out.front()->address)
      break;
    out.push_back(&*symbol);
  }
  return out;
}

std::vector<const ProgramSymbol *> BuiltProgram::symbolsAt(std::uint64_t at) const {
  const auto next = std::upper_bound(symbols.begin(), symbols.end(), at,
                                     [](std::uint64_t value, const ProgramSymbol &s) { return value < s.address; });
  std::vector<const ProgramSymbol *> out;
  constexpr std::size_t nested = 16; // labels without a size may stand between a symbol and its middle
  std::size_t looked = 0;
  for (auto symbol = next; symbol != symbols.begin() && looked < nested; ++looked) {
    --symbol;
    if (!out.empty() && symbol->address != out.front()->address)
      break;
    if (at == symbol->address || at - symbol->address < symbol->size)
      out.push_back(&*symbol);
  }
  return out;
}

const ProgramEntity *BuiltProgram::entityOf(const ProgramSymbol &symbol) const {
  const auto [begin, end] = entities.equal_range(symbol.address);
  for (auto found = begin; found != end; ++found)
    if (found->second.name() == symbol.name)
      return &found->second;
  return nullptr;
}

std::optional<std::vector<std::uint8_t>> BuiltProgram::bytesAt(std::uint64_t at, std::uint64_t size) const {
  for (const ImageSegment &segment : segments) {
    if (at < segment.address.value || at - segment.address.value > segment.memorySize ||
        size > segment.memorySize - (at - segment.address.value))
      continue;
    const std::uint64_t offset = at - segment.address.value;
    std::vector<std::uint8_t> out(size);
    if (offset < segment.bytes.size())
      std::copy_n(segment.bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                  std::min<std::uint64_t>(size, segment.bytes.size() - offset), out.begin());
    return out;
  }
  return std::nullopt;
}

std::uint64_t BuiltProgram::extentAt(std::uint64_t at) const {
  const ProgramSection *section = sectionAt(at);
  if (!section)
    return 0;
  const std::uint64_t end = section->address + section->size;
  const auto next = std::upper_bound(starts.begin(), starts.end(), at);
  return (next == starts.end() ? end : std::min(end, *next)) - at;
}

} // namespace livepatch

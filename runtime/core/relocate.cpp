#include "runtime/core/relocate.h"

#include "runtime/arch/architecture.h"
#include "runtime/core/image_layout.h"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <fmt/format.h>
#include <map>

namespace livepatch {
namespace {

// A patch holds a few functions. More than this is damage, and must not make the tool allocate it.
constexpr std::uint64_t maximumImage = std::uint64_t{256} << 20;

class Relocator {
public:
  Relocator(const ElfView &patch, LoadBias bias, const SymbolResolver &resolver)
      : patch_(patch), bias_(bias), resolver_(resolver) {}
  [[nodiscard]] Result<std::vector<RelocatedSegment>> run();

private:
  [[nodiscard]] Result<void> copySegments();
  [[nodiscard]] Result<void> apply(const Architecture &architecture, const ElfRelocation &relocation);
  [[nodiscard]] Result<void> applyThreadLocal(RelocationKind kind, const ElfRelocation &relocation);
  [[nodiscard]] Result<SymbolValue> valueOf(std::uint32_t symbol, SymbolUse use);
  [[nodiscard]] Result<void> put(LinkAddr at, std::uint64_t value);
  [[nodiscard]] Result<void> protectRelro();
  [[nodiscard]] Error refuse(const std::string &what, std::string remedy = {}) const {
    return error(Fault::Refused, fmt::format("cannot load the patch {}: {}", patch_.name(), what), std::move(remedy));
  }

  const ElfView &patch_;
  LoadBias bias_;
  const SymbolResolver &resolver_;
  std::vector<RelocatedSegment> segments_;
  std::map<std::pair<std::uint32_t, SymbolUse>, SymbolValue> values_;
};

Result<void> Relocator::copySegments() {
  for (const ElfSegment &segment : patch_.segments()) {
    if (segment.type != PT_LOAD || segment.memorySize == 0)
      continue;
    const LinkAddr begin{segment.address.value & ~(pageSize - 1)};
    if (segment.end().value > maximumImage)
      return refuse("it is too large or not linked to address 0");
    if (!segments_.empty() && begin < segments_.back().address + segments_.back().memorySize)
      return refuse("two of its segments share a page");
    if ((segment.flags & PF_W) && (segment.flags & PF_X))
      return refuse("a segment is writable and executable");
    RelocatedSegment copy;
    copy.address = begin;
    copy.memorySize = roundUpToPage(segment.end().value) - begin.value;
    copy.writable = (segment.flags & PF_W) != 0;
    copy.executable = (segment.flags & PF_X) != 0;
    copy.bytes.resize(copy.memorySize);
    LP_TRY_ASSIGN(const Bytes content, patch_.bytesAt(segment.address, segment.fileSize));
    std::copy(content.begin(), content.end(),
              copy.bytes.begin() + static_cast<std::ptrdiff_t>(segment.address.value - begin.value));
    segments_.push_back(std::move(copy));
  }
  if (segments_.empty())
    return refuse("it has nothing to load");
  return {};
}

Result<void> Relocator::put(LinkAddr at, std::uint64_t value) {
  for (RelocatedSegment &segment : segments_) {
    if (at < segment.address)
      continue;
    const std::uint64_t offset = at.value - segment.address.value;
    if (offset >= segment.memorySize || segment.memorySize - offset < sizeof value)
      continue;
    if (!segment.writable)
      return refuse(fmt::format("it has a relocation against read-only bytes at {:#x}", at.value),
                    "link the patch with -z text from position-independent objects");
    std::memcpy(&segment.bytes[offset], &value, sizeof value);
    return {};
  }
  return refuse(fmt::format("a relocation at {:#x} lies outside of it", at.value));
}

Result<SymbolValue> Relocator::valueOf(std::uint32_t index, SymbolUse use) {
  if (const auto known = values_.find({index, use}); known != values_.end())
    return known->second;
  SymbolValue value;
  if (index != 0) {
    LP_TRY_ASSIGN(const ElfSymbol symbol, patch_.symbol(index));
    if (symbol.defined()) {
      // The patch's own definitions bind inside: a symbol of the target never preempts them.
      if (symbol.type == STT_TLS)
        return refuse(fmt::format("it defines the thread-local variable {}", symbol.name));
      if (symbol.type == STT_GNU_IFUNC)
        return refuse(fmt::format("it defines the indirect function {}", symbol.name));
      value.address = symbol.section == SHN_ABS ? RuntimeAddr{symbol.value.value} : bias_ + symbol.value;
    } else {
      LP_TRY_ASSIGN(value, resolver_(symbol, use));
    }
  }
  values_.emplace(std::pair(index, use), value);
  return value;
}

Result<void> Relocator::apply(const Architecture &architecture, const ElfRelocation &relocation) {
  const auto addend = static_cast<std::uint64_t>(relocation.addend); // sums wrap, as the ABI's do
  const RelocationKind kind = architecture.relocationKind(relocation.type);
  switch (kind) {
  case RelocationKind::None:
    return {};
  case RelocationKind::Relative:
    return put(relocation.at, bias_.value + addend);
  case RelocationKind::Absolute:
  case RelocationKind::SymbolSlot:
  case RelocationKind::CallSlot: {
    const SymbolUse use = kind == RelocationKind::CallSlot ? SymbolUse::Call : SymbolUse::Address;
    LP_TRY_ASSIGN(const SymbolValue value, valueOf(relocation.symbol, use));
    if (value.threadLocal)
      return refuse("it takes a thread-local variable for an ordinary one");
    return put(relocation.at, value.address.value + (kind == RelocationKind::Absolute ? addend : 0));
  }
  case RelocationKind::ThreadOffset:
  case RelocationKind::ThreadModule:
  case RelocationKind::ThreadBlockOffset:
    return applyThreadLocal(kind, relocation);
  case RelocationKind::ThreadDescriptor:
    return refuse("it reaches thread-local variables through descriptors", "compile the patch with -mtls-dialect=gnu");
  case RelocationKind::Indirect:
    return refuse("it has indirect functions (IRELATIVE)");
  case RelocationKind::Copy:
    return refuse("it has copy relocations, which only executables may have");
  case RelocationKind::Unsupported:
    break;
  }
  return refuse(fmt::format("relocation type {} at {:#x} is not supported", relocation.type, relocation.at.value));
}

// The three kinds need a symbol: without one they mean the patch's own TLS block, and it has none.
Result<void> Relocator::applyThreadLocal(RelocationKind kind, const ElfRelocation &relocation) {
  if (relocation.symbol == 0)
    return refuse("it has thread-local variables of its own");
  const auto addend = static_cast<std::uint64_t>(relocation.addend);
  LP_TRY_ASSIGN(const SymbolValue value, valueOf(relocation.symbol, SymbolUse::Address));
  if (!value.threadLocal)
    return refuse("it takes an ordinary variable for a thread-local one");
  const ThreadLocalPlace &place = *value.threadLocal;
  if (kind == RelocationKind::ThreadBlockOffset)
    return put(relocation.at, place.blockOffset + addend);
  const bool byModule = kind == RelocationKind::ThreadModule;
  if (byModule ? !place.module : !place.fromThread) {
    LP_TRY_ASSIGN(const ElfSymbol symbol, patch_.symbol(relocation.symbol));
    if (byModule)
      return refuse(fmt::format("it reaches the thread-local variable {} through __tls_get_addr, and the number of its "
                                "library's block is not known",
                                symbol.name),
                    "compile the patch with -ftls-model=initial-exec");
    return refuse(fmt::format("it takes the thread-local variable {} for one that lies at the same place in all "
                              "threads; its library was loaded while the program ran",
                              symbol.name),
                  "compile the patch with -fPIC and without -ftls-model");
  }
  return put(relocation.at, byModule ? *place.module + addend : static_cast<std::uint64_t>(*place.fromThread) + addend);
}

// What only relocations may write becomes read-only; the segment is split at page borders.
Result<void> Relocator::protectRelro() {
  const ElfSegment *relro = patch_.segment(PT_GNU_RELRO);
  if (!relro)
    return {};
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    RelocatedSegment &segment = segments_[i];
    const LinkAddr end = segment.address + segment.memorySize;
    if (!segment.writable || relro->address < segment.address || relro->address >= end)
      continue;
    if ((relro->address.value & ~(pageSize - 1)) != segment.address.value)
      return {}; // not at its start: leave it
    const std::uint64_t fixedEnd = std::min(relro->end().value & ~(pageSize - 1), end.value);
    if (fixedEnd <= segment.address.value)
      return {};
    const std::uint64_t fixedSize = fixedEnd - segment.address.value;
    if (fixedSize == segment.memorySize) {
      segment.writable = false;
      return {};
    }
    RelocatedSegment rest = segment;
    rest.address = {fixedEnd};
    rest.memorySize = segment.memorySize - fixedSize;
    rest.bytes.erase(rest.bytes.begin(), rest.bytes.begin() + static_cast<std::ptrdiff_t>(fixedSize));
    segment.writable = false;
    segment.memorySize = fixedSize;
    segment.bytes.resize(fixedSize);
    segments_.insert(segments_.begin() + static_cast<std::ptrdiff_t>(i) + 1, std::move(rest));
    return {};
  }
  return {};
}

Result<std::vector<RelocatedSegment>> Relocator::run() {
  if (patch_.type() != ET_DYN)
    return refuse("it is not a shared object", "link it with -shared");
  if (patch_.hasTextRelocations())
    return refuse("it has text relocations", "link it with -z text from position-independent objects");
  if (patch_.segment(PT_TLS))
    return refuse("it defines thread-local variables, which threads that already run do not have");
  LP_TRY_ASSIGN(const Architecture *architecture, architectureFor(patch_.machine()));
  LP_TRY(copySegments());
  LP_TRY_ASSIGN(const auto relocations, patch_.relocations(architecture->relativeRelocation));
  for (const ElfRelocation &relocation : relocations)
    LP_TRY(apply(*architecture, relocation));
  LP_TRY(protectRelro());
  return std::move(segments_);
}

} // namespace

Result<std::vector<RelocatedSegment>> relocatePatch(const ElfView &patch, LoadBias bias,
                                                    const SymbolResolver &resolver) {
  return Relocator(patch, bias, resolver).run();
}

Result<std::vector<ElfSymbol>> undefinedSymbols(const ElfView &patch) {
  LP_TRY_ASSIGN(const Architecture *architecture, architectureFor(patch.machine()));
  LP_TRY_ASSIGN(const auto relocations, patch.relocations(architecture->relativeRelocation));
  std::map<std::uint32_t, ElfSymbol> found;
  for (const ElfRelocation &relocation : relocations) {
    if (relocation.symbol == 0 || found.contains(relocation.symbol))
      continue;
    LP_TRY_ASSIGN(const ElfSymbol symbol, patch.symbol(relocation.symbol));
    if (!symbol.defined())
      found.emplace(relocation.symbol, symbol);
  }
  std::vector<ElfSymbol> symbols;
  for (const auto &[index, symbol] : found)
    symbols.push_back(symbol);
  return symbols;
}

} // namespace livepatch

// Where the TLS blocks of loaded objects lie, read from what the loader has already computed (core/resolve.h).
//
// glibc keeps the offset in a private field of its link map. Its effect, however, stands in every applied
// relocation that asks for a distance from the thread pointer: value = symbol + addend - offset of the block.
#include "runtime/core/resolve.h"

#include "runtime/arch/architecture.h"
#include "runtime/core/elf_record.h"

#include <algorithm>
#include <elf.h>

namespace livepatch {
namespace {

// The executable's block comes first below the thread pointer (glibc: _dl_determine_tlsoffset); the linker relies on
// it.
std::optional<std::uint64_t> executableTlsOffset(const ElfView &view) {
  const ElfSegment *tls = view.segment(PT_TLS);
  if (!tls)
    return std::nullopt;
  const std::uint64_t align = std::max<std::uint64_t>(tls->align, 1);
  if ((align & (align - 1)) != 0 || tls->memorySize > (std::uint64_t{1} << 40))
    return std::nullopt;
  const std::uint64_t first = (0 - tls->address.value) & (align - 1);
  return ((tls->memorySize - first + align - 1) & ~(align - 1)) + first;
}

struct Evidence {
  std::size_t object = 0;
  std::uint64_t tlsOffset = 0;
};

// What the relocation refers to: an object, and an offset in its TLS block.
std::optional<std::pair<std::size_t, std::uint64_t>> referenceOf(std::span<const LoadedObject> objects,
                                                                 std::size_t owner, const ElfRelocation &relocation) {
  const auto addend = static_cast<std::uint64_t>(relocation.addend);
  if (relocation.symbol == 0)
    return std::pair(owner, addend); // a local of the object itself
  const auto symbol = objects[owner].view->symbol(relocation.symbol);
  if (!symbol)
    return std::nullopt;
  if (symbol->defined() && symbol->binding == STB_LOCAL)
    return std::pair(owner, symbol->value.value + addend);
  const auto definition = findDefinition(objects, {symbol->name, symbol->version, symbol->versionFile, true});
  if (!definition || !*definition || (*definition)->symbol.type != STT_TLS)
    return std::nullopt;
  return std::pair((*definition)->object, (*definition)->symbol.value.value + addend);
}

std::optional<Evidence> evidenceOf(std::span<const LoadedObject> objects, std::size_t owner,
                                   const ElfRelocation &relocation) {
  const auto bytes = objects[owner].view->bytesAt(relocation.at, 8);
  if (!bytes)
    return std::nullopt;
  const auto applied = *recordAt<std::uint64_t>(*bytes, 0);
  const auto reference = referenceOf(objects, owner, relocation);
  if (applied == 0 || !reference)
    return std::nullopt; // not applied
  const std::uint64_t offset = reference->second - applied;
  // Static TLS is small; anything else is damage or an object file's unapplied bytes.
  if (offset == 0 || offset > (std::uint64_t{1} << 30))
    return std::nullopt;
  return Evidence{reference->first, offset};
}

} // namespace

void deriveTlsOffsets(std::vector<LoadedObject> &objects, std::size_t executable) {
  if (executable < objects.size() && !objects[executable].tlsOffset)
    objects[executable].tlsOffset = executableTlsOffset(*objects[executable].view);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const auto architecture = architectureFor(objects[i].view->machine());
    if (!architecture)
      continue;
    const auto relocations = objects[i].view->relocations((*architecture)->relativeRelocation);
    if (!relocations)
      continue; // damaged: no evidence from this one
    for (const ElfRelocation &relocation : *relocations) {
      if ((*architecture)->relocationKind(relocation.type) != RelocationKind::ThreadOffset)
        continue;
      const auto evidence = evidenceOf(objects, i, relocation);
      if (!evidence)
        continue;
      LoadedObject &object = objects[evidence->object];
      if (!object.tlsOffset && object.view->segment(PT_TLS))
        object.tlsOffset = evidence->tlsOffset;
    }
  }
}

} // namespace livepatch

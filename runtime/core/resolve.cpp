#include "runtime/core/resolve.h"

#include <algorithm>
#include <elf.h>
#include <fmt/format.h>

namespace livepatch {
namespace {

bool isVisible(const ElfSymbol &symbol, SymbolUse use) {
  const bool bindingFits =
      symbol.binding == STB_GLOBAL || symbol.binding == STB_WEAK || symbol.binding == STB_GNU_UNIQUE;
  // A protected definition is found like a default one; only its own object binds to it at link time.
  const bool visibilityFits = symbol.visibility == STV_DEFAULT || symbol.visibility == STV_PROTECTED;
  const bool typeFits =
      symbol.type <= STT_FUNC || symbol.type == STT_COMMON || symbol.type == STT_TLS || symbol.type == STT_GNU_IFUNC;
  // glibc, do_lookup_x: a value of 0 is no definition, unless it is meant as a number or as a place in a TLS block.
  const bool valueFits = symbol.value.value != 0 || symbol.section == SHN_ABS || symbol.type == STT_TLS;
  const bool canonical = use == SymbolUse::Address && symbol.value.value != 0;
  return (symbol.defined() || canonical) && bindingFits && visibilityFits && typeFits && valueFits;
}

// Within one object. Strong or weak does not matter (ld.so(8): LD_DYNAMIC_WEAK is off).
const ElfSymbol *choose(const std::vector<ElfSymbol> &definitions, const SymbolRequest &request) {
  if (!request.version.empty()) {
    // The version asked for, hidden or not; an object without versions satisfies any (glibc: do_lookup_x, "No
    // versioning in this object").
    for (const ElfSymbol &symbol : definitions)
      if (isVisible(symbol, request.use) && symbol.version == request.version)
        return &symbol;
    for (const ElfSymbol &symbol : definitions)
      if (isVisible(symbol, request.use) && symbol.version.empty() && !symbol.hiddenVersion)
        return &symbol;
    return nullptr;
  }
  // No version asked for, as by dlsym and by a linker: the base definition, or else the default version. One that is
  // hidden is for those only who ask for it by its version.
  const ElfSymbol *byDefault = nullptr;
  for (const ElfSymbol &symbol : definitions) {
    if (!isVisible(symbol, request.use))
      continue;
    if (symbol.version.empty())
      return &symbol;
    if (!byDefault && !symbol.hiddenVersion)
      byDefault = &symbol;
  }
  return byDefault;
}

std::string describeRequest(const SymbolRequest &request) {
  return request.version.empty() ? std::string(request.name) : fmt::format("{}@{}", request.name, request.version);
}

Result<Resolution> finish(std::span<const LoadedObject> scope, std::size_t index, const ElfSymbol &symbol) {
  const LoadedObject &object = scope[index];
  if (symbol.type == STT_TLS) {
    LP_TRY_ASSIGN(Resolution resolution, resolveThreadLocal(object, symbol.value.value, symbol.name));
    resolution.object = index;
    resolution.symbol = symbol;
    return resolution;
  }
  Resolution resolution;
  resolution.kind = symbol.type == STT_GNU_IFUNC ? ResolutionKind::Ifunc : ResolutionKind::Address;
  // gABI: SHN_ABS values are no addresses and are not moved with the object.
  resolution.address = symbol.section == SHN_ABS ? RuntimeAddr{symbol.value.value} : object.bias + symbol.value;
  resolution.object = index;
  resolution.symbol = symbol;
  return resolution;
}

} // namespace

Result<std::optional<Definition>> findDefinition(std::span<const LoadedObject> scope, const SymbolRequest &request) {
  for (std::size_t i = 0; i < scope.size(); ++i) {
    LP_TRY_ASSIGN(const auto definitions, scope[i].view->definitions(request.name));
    if (const ElfSymbol *symbol = choose(definitions, request))
      return std::optional(Definition{i, *symbol});
  }
  return std::optional<Definition>{};
}

Result<Resolution> resolveSymbol(std::span<const LoadedObject> scope, const SymbolRequest &request) {
  LP_TRY_ASSIGN(const auto definition, findDefinition(scope, request));
  if (definition)
    return finish(scope, definition->object, definition->symbol);
  if (request.weak) {
    Resolution null;
    null.kind = ResolutionKind::WeakUndefined;
    return null;
  }
  std::string message = fmt::format("the process has no symbol {}", describeRequest(request));
  const bool libraryIsThere = std::any_of(scope.begin(), scope.end(), [&](const LoadedObject &object) {
    return object.view->soname() == request.versionFile;
  });
  if (!request.versionFile.empty() && !libraryIsThere)
    message += fmt::format(": it has not loaded {}", request.versionFile);
  return error(Fault::NotFound, std::move(message),
               "the patch may use only what the program and its loaded libraries define");
}

Result<Resolution> resolveThreadLocal(const LoadedObject &object, std::uint64_t offsetInBlock, std::string_view name) {
  if (!object.tlsOffset && !object.tlsModule)
    return error(Fault::Refused, fmt::format("cannot tell where threads have the thread-local variable {} of {}", name,
                                             object.view->name()));
  Resolution resolution;
  resolution.kind = ResolutionKind::ThreadLocal;
  resolution.threadLocal.blockOffset = offsetInBlock;
  resolution.threadLocal.module = object.tlsModule;
  // Variant II of the ELF TLS ABI: blocks lie below the thread pointer.
  if (object.tlsOffset)
    resolution.threadLocal.fromThread = static_cast<std::int64_t>(offsetInBlock - *object.tlsOffset);
  return resolution;
}

} // namespace livepatch

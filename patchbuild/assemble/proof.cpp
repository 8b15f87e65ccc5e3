#include "patchbuild/assemble/proof.h"

#include <elf.h>
#include <fmt/format.h>

#include <set>

namespace livepatch {

namespace {

ManifestSymbolKind manifestKind(ImageSymbolKind kind) {
  switch (kind) {
  case ImageSymbolKind::Tls:
    return ManifestSymbolKind::Tls;
  case ImageSymbolKind::Object:
    return ManifestSymbolKind::Object;
  case ImageSymbolKind::Function:
    break;
  }
  return ManifestSymbolKind::Function;
}

Result<void> checkDefinitions(const ElfView &patch, const PatchPlan &plan) {
  const auto check = [&](const std::string &name) -> Result<void> {
    LP_TRY_ASSIGN(const std::vector<ElfSymbol> found, patch.definitions(name));
    if (found.empty())
      return error(Fault::Internal, fmt::format("the linked patch does not define '{}'", name),
                   "please report this with the change that led to it");
    return {};
  };
  for (const PlannedFunction &function : plan.functions)
    if (function.action == FunctionAction::Redirected)
      LP_TRY(check(function.patch));
  for (const DataCommand &data : plan.data)
    if (data.command.kind == CommandKind::Pointer && data.command.patch.name.starts_with("livepatch."))
      LP_TRY(check(data.command.patch.name));
  return {};
}

Result<std::set<std::string>> undefinedNames(const ElfView &patch, const PatchPlan &plan, const TargetImage &image) {
  std::set<std::string> out;
  std::string unresolved;
  for (std::size_t i = 1; i < patch.symbolCount(); ++i) {
    LP_TRY_ASSIGN(const ElfSymbol symbol, patch.symbol(i));
    if (symbol.defined() || symbol.name.empty())
      continue;
    std::string name(symbol.name);
    const bool known = plan.symbols.contains(name) || image.librarySymbols.contains(name) ||
                       image.symbols.contains(name) || symbol.binding == STB_WEAK;
    if (!known)
      unresolved += (unresolved.empty() ? "" : ", ") + name;
    out.insert(std::move(name));
  }
  if (!unresolved.empty())
    return error(Fault::Refused,
                 fmt::format("the patch needs what neither the target nor its libraries define: {}", unresolved),
                 "restart the program with a build that has it");
  return out;
}

} // namespace

Result<std::vector<ManifestSymbol>> provePatch(const ElfView &patch, const PatchPlan &plan, const TargetImage &image) {
  if (patch.hasTextRelocations())
    return error(Fault::Internal, "the linked patch has text relocations",
                 "please report this with the change that led to it");
  LP_TRY(checkDefinitions(patch, plan));
  LP_TRY_ASSIGN(std::set<std::string> used, undefinedNames(patch, plan, image));
  for (const DataCommand &data : plan.data) {
    used.insert(data.command.target.name);
    if (data.command.kind == CommandKind::Pointer && data.command.patch.name != nullPatchSymbol)
      used.insert(data.command.patch.name);
    if (data.command.guard)
      if (const auto *guard = std::get_if<SymbolGuard>(&*data.command.guard))
        used.insert(guard->symbol.name);
  }
  std::vector<ManifestSymbol> out;
  for (const std::string &name : used) {
    if (const auto found = plan.symbols.find(name); found != plan.symbols.end()) {
      out.push_back({name, 0, found->second.address, found->second.kind});
    } else if (const auto own = image.symbols.find(name);
               own != image.symbols.end() && !image.librarySymbols.contains(name)) {
      // The code generator calls memcpy and its like without having been told to: a static target has its own.
      out.push_back({name, 0, own->second.address, manifestKind(own->second.kind)});
    }
  }
  return out;
}

} // namespace livepatch

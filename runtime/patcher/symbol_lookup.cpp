#include "runtime/patcher/symbol_lookup.h"

#include "runtime/linux/ifunc.h"

#include <fmt/format.h>

namespace livepatch {

SymbolLookup::SymbolLookup(const TargetSession &session, const PatchFiles &patch, std::vector<std::size_t> targets)
    : session_(&session), patch_(&patch), targets_(std::move(targets)), scope_(session.modules().scope()) {}

Result<SymbolValue> SymbolLookup::valueOf(const ElfSymbol &undefined) const {
  // A version names a library's symbol; only symbols without one can be the target's own.
  if (undefined.version.empty()) {
    auto own = patch_->symbols.find(undefined.name);
    if (!own && own.failure().fault != Fault::NotFound)
      return std::move(own).failure();
    if (own) {
      const LoadedObject &object = scope_[targets_[own->object]];
      if (own->kind == SymbolKind::Tls) {
        LP_TRY_ASSIGN(Resolution resolution, resolveThreadLocal(object, own->address.value, own->name));
        return SymbolValue{true, {}, resolution.threadOffset};
      }
      return SymbolValue{false, object.bias + own->address, 0};
    }
  }
  return fromModules({undefined.name, undefined.version, undefined.versionFile, undefined.binding == 2 /* STB_WEAK */});
}

Result<SymbolValue> SymbolLookup::fromModules(const SymbolRequest &request) const {
  // The executable first, then the libraries in load order: so a library function that the program overrides is the
  // program's.
  LP_TRY_ASSIGN(Resolution found, resolveSymbol(scope_, request));
  switch (found.kind) {
  case ResolutionKind::Address:
    return SymbolValue{false, found.address, 0};
  case ResolutionKind::WeakUndefined:
    return SymbolValue{};
  case ResolutionKind::ThreadLocal:
    return SymbolValue{true, {}, found.threadOffset};
  case ResolutionKind::Ifunc:
    break;
  }
  LP_TRY_ASSIGN(RuntimeAddr chosen,
                ifuncImplementation(session_->modules(), session_->memory(), session_->architecture(), found));
  return SymbolValue{false, chosen, 0};
}

Result<RuntimeAddr> SymbolLookup::exported(const std::string &name) const {
  LP_TRY_ASSIGN(SymbolValue value, fromModules({name, {}, {}, false}));
  if (value.threadLocal)
    return error(Fault::Refused, fmt::format("{} is thread-local: it has no one address", name));
  return value.address;
}

Result<std::vector<std::size_t>> matchTargets(const TargetSession &session, const PatchFiles &patch) {
  const std::vector<Module> &modules = session.modules().modules;
  std::vector<std::size_t> matched;
  for (const ManifestTarget &target : patch.targets) {
    if (!target.machine.empty() && target.machine != session.architecture().name)
      return error(Fault::Mismatch,
                   fmt::format("the patch {} is for {} on {}, process {} runs on {}", patch.name, target.name,
                               target.machine, session.process().describe(), session.architecture().name),
                   "build the patch for this machine");
    // By build-id alone: names and paths change when files are replaced, and a container may call the file anything.
    std::size_t found = modules.size(), sameName = modules.size();
    for (std::size_t i = 0; i < modules.size(); ++i) {
      if (!target.buildId.empty() && modules[i].view.buildId() == target.buildId)
        found = std::min(found, i);
      if (modules[i].fileName() == target.name || modules[i].view.soname() == target.name)
        sameName = std::min(sameName, i);
    }
    if (target.buildId.empty())
      found = 0; // nm output: there is nothing to compare
    if (found < modules.size()) {
      matched.push_back(found);
      continue;
    }
    // Name the build that runs there: the object of that name, else the executable.
    const Module &instead = modules[sameName < modules.size() ? sameName : 0];
    return error(Fault::Mismatch,
                 fmt::format("the patch {} is for {} with build-id {}, but process {} runs {} with build-id {}",
                             patch.name, target.name, target.buildId, session.process().describe(), instead.fileName(),
                             instead.view.buildId().empty() ? "(none)" : instead.view.buildId()),
                 "build the patch from the sources and the ELF file that this process was started from");
  }
  return matched;
}

} // namespace livepatch

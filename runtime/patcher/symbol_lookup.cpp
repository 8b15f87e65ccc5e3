#include "runtime/patcher/symbol_lookup.h"

#include <fmt/format.h>

namespace livepatch {

namespace {

std::vector<std::size_t> modulesOf(const std::vector<PatchObject> &objects) {
  std::vector<std::size_t> modules;
  for (const PatchObject &object : objects)
    if (object.module)
      modules.push_back(*object.module);
  return modules;
}

} // namespace

SymbolLookup::SymbolLookup(const TargetSession &session, const PatchFiles &patch, const ElfView &view,
                           std::vector<PatchObject> objects)
    : patch_(&patch), objects_(std::move(objects)),
      process_(session.modules(), session.memory(), session.architecture(), modulesOf(objects_), view.needed()) {}

Result<SymbolValue> SymbolLookup::valueOf(const ElfSymbol &undefined, SymbolUse use) const {
  // A version names a library's symbol; only symbols without one can be the target's own.
  if (undefined.version.empty()) {
    auto own = patch_->symbols.find(undefined.name);
    if (!own && own.failure().fault != Fault::NotFound)
      return std::move(own).failure();
    if (own) {
      const PatchObject &object = objects_[own->object];
      if (own->kind == SymbolKind::Tls) {
        if (!object.module)
          return error(Fault::Refused, fmt::format("{} is thread-local, and of a patch", own->name));
        return process_.threadLocal(*object.module, own->address.value, own->name);
      }
      return SymbolValue{object.bias + own->address, {}};
    }
  }
  return process_.valueOf(
      {undefined.name, undefined.version, undefined.versionFile, undefined.binding == 2 /* STB_WEAK */, use});
}

Result<RuntimeAddr> SymbolLookup::exported(const std::string &name) const {
  LP_TRY_ASSIGN(SymbolValue value, process_.valueOf({name, {}, {}, false}));
  if (value.threadLocal)
    return error(Fault::Refused, fmt::format("{} is thread-local: it has no one address", name));
  return value.address;
}

Result<std::vector<PatchObject>> matchTargets(const TargetSession &session, const PatchFiles &patch) {
  const std::vector<Module> &modules = session.modules().modules;
  std::vector<PatchObject> matched;
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
      matched.push_back({target.name, modules[found].bias, modules[found].range, found});
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
  LP_TRY(session.patches().checkParents(patch.name, patch.parents));
  for (const ManifestParent &parent : patch.parents)
    for (const RegionHeader &region : session.patches().patches())
      if (hexText(region.identity) == parent.identity && PatchStack::statusOf(region) == PatchStatus::Applied)
        matched.push_back({parent.name, region.bias, region.image, std::nullopt});
  if (matched.size() != patch.targets.size() + patch.parents.size())
    return error(Fault::Busy, fmt::format("a patch that {} was built on is being switched right now", patch.name),
                 "see `livepatch list` in a while");
  return matched;
}

} // namespace livepatch

#include "runtime/patcher/preparation.h"

#include "runtime/core/replacement.h"
#include "runtime/patcher/debugger_view.h"

#include <algorithm>
#include <elf.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace livepatch {
namespace {

constexpr const char *findObject = "_dl_find_object"; // glibc 2.35 and later, <dlfcn.h>

Result<WritePlan> planFor(const TargetSession &session, const PatchFiles &patch, const ElfView &view,
                          const std::vector<PatchObject> &objects, const SymbolLookup &lookup,
                          const std::vector<RegionHeader> &replaced) {
  std::vector<PlanTarget> planTargets;
  for (const PatchObject &object : objects)
    planTargets.push_back({object.name, object.bias, object.range});
  const TargetMemory &memory = session.memory();
  const PlanInput input{session.architecture(),
                        patch.commands,
                        patch.symbols,
                        view,
                        planTargets,
                        session.maps(),
                        session.patches().patches(),
                        [&memory](RuntimeAddr at, std::uint64_t size) { return memory.read(at, size); },
                        [&lookup](const std::string &name) { return lookup.exported(name); }};
  LP_TRY_ASSIGN(WritePlan plan, planWrites(input));
  LP_TRY(addWaysBack(plan, input, replaced));
  return plan;
}

// libgcc's unwinder asks _dl_find_object which unwind tables a program counter has, through a slot of its own.
std::optional<RuntimeAddr> findObjectSlot(const TargetSession &session) {
  std::optional<RuntimeAddr> slot;
  for (const Module &module : session.modules().modules) {
    auto relocations = module.view.relocations(session.architecture().relativeRelocation);
    if (!relocations)
      continue;
    for (const ElfRelocation &relocation : *relocations) {
      const RelocationKind kind = session.architecture().relocationKind(relocation.type);
      if (relocation.symbol == 0 || (kind != RelocationKind::CallSlot && kind != RelocationKind::SymbolSlot))
        continue;
      auto symbol = module.view.symbol(relocation.symbol);
      if (!symbol || symbol->name != findObject)
        continue;
      if (module.view.soname().starts_with("libgcc_s"))
        return module.bias + relocation.at;
      if (!slot)
        slot = module.bias + relocation.at; // libgcc linked into the program (-static-libgcc)
    }
  }
  return slot;
}

Result<std::optional<FindObjectHook>> hookFor(const TargetSession &session, const SymbolLookup &lookup) {
  auto slot = findObjectSlot(session);
  if (!slot)
    return std::optional<FindObjectHook>();
  LP_TRY_ASSIGN(std::uint64_t now, session.memory().readWord(*slot));
  for (const RegionHeader &region : session.patches().patches())
    if (region.findObjectHook.value == now && now != 0)
      return std::optional(FindObjectHook{*slot, {now}});
  // The slot may be bound lazily and still lead into the PLT: ask for the function itself.
  LP_TRY_ASSIGN(RuntimeAddr real, lookup.exported(findObject));
  return std::optional(FindObjectHook{*slot, real});
}

Result<void> checkNeeded(const TargetSession &session, const ElfView &patch, const std::string &name) {
  for (std::string_view needed : patch.needed()) {
    bool loaded = false;
    for (const Module &module : session.modules().modules)
      loaded = loaded || module.isCalled(needed);
    if (!loaded)
      return error(Fault::Refused,
                   fmt::format("the patch {} needs {}, which process {} has not loaded", name, needed,
                               session.process().describe()),
                   "a patch cannot load libraries: use only those that the program has");
  }
  return {};
}

void addTakenOver(const TargetSession &session, const PatchFiles &files, const WritePlan &plan,
                  std::vector<std::string> &notes) {
  std::vector<RuntimeAddr> functions;
  for (const PlannedRedirect &redirect : plan.redirects)
    functions.push_back(redirect.function);
  for (const PatchStack::TakenOver &taken : session.patches().takenOver(functions, files.parents))
    notes.push_back(fmt::format("{} has replaced {}: from now on {}'s code runs, which was not built on {}, and what "
                                "{} changed there is in force only if {}'s sources had it",
                                taken.patch, fmt::join(taken.functions, ", "), files.name, taken.patch, taken.patch,
                                files.name));
}

std::size_t objectToBeNear(const WritePlan &plan) {
  return plan.redirects.empty() ? 0 : plan.redirects.front().object;
}

} // namespace

Result<std::vector<RegionHeader>> patchesReplacedBy(const TargetSession &session, const PatchFiles &files,
                                                    const std::vector<PatchObject> &objects) {
  std::vector<AddressRange> ranges;
  for (const PatchObject &object : objects)
    ranges.push_back(object.range);
  return replacedPatches(session.patches(), files.name, files.identity, ranges, files.parents);
}

Result<std::vector<RegionHeader>> patchesReplacedBy(const TargetSession &session, const PatchFiles &files) {
  LP_TRY_ASSIGN(std::vector<PatchObject> objects, matchTargets(session, files));
  return patchesReplacedBy(session, files, objects);
}

Result<Preparation> prepare(const TargetSession &session, const PatchFiles &files, Replace replace) {
  LP_TRY_ASSIGN(ElfView patch, ElfView::ofFile(files.object, files.name + ".so"));
  if (patch.machine() != session.architecture().elfMachine)
    return error(Fault::Mismatch, fmt::format("{}.so is for another processor than process {}", files.name,
                                              session.process().describe()));
  LP_TRY_ASSIGN(std::vector<PatchObject> objects, matchTargets(session, files));
  // The dynamic loader would load a missing library now; we cannot, and a lookup elsewhere would bind to the wrong one.
  LP_TRY(checkNeeded(session, patch, files.name));
  SymbolLookup lookup(session, files, patch, objects);
  std::vector<RegionHeader> replaced;
  if (replace == Replace::Earlier) {
    LP_TRY_ASSIGN(replaced, patchesReplacedBy(session, files, objects));
  }
  LP_TRY_ASSIGN(WritePlan plan, planFor(session, files, patch, objects, lookup, replaced));

  RegionIdentity identity{files.name,
                          files.identity,
                          session.modules().modules[objects[0].module.value_or(0)].view.buildId(),
                          session.patches().nextSequence(),
                          {}};
  for (const ManifestParent &parent : files.parents)
    if (const auto bytes = hexBytes(parent.identity); bytes && bytes->size() == std::tuple_size_v<ContentHash>)
      std::copy(bytes->begin(), bytes->end(), identity.parents.emplace_back().begin());
  std::vector<std::string> notes = plan.notes;
  for (const RegionHeader &earlier : replaced)
    identity.replaced.push_back(earlier.at);
  if (replaced.empty())
    addTakenOver(session, files, plan, notes);
  std::optional<FindObjectHook> hook;
  if (patch.segment(PT_GNU_EH_FRAME)) {
    LP_TRY_ASSIGN(hook, hookFor(session, lookup));
    if (!hook && session.modules().dynamic == false)
      notes.push_back("the target is linked statically: an exception cannot pass through the patch's functions");
  }
  // One island of stubs for each object at most.
  std::set<std::size_t> redirected;
  for (const PlannedRedirect &redirect : plan.redirects)
    redirected.insert(redirect.object);
  // As many islands as could be needed: the header's size may be too large, never too small.
  LP_TRY_ASSIGN(RegionLayout layout,
                layoutRegion(regionHeaderBytes(plan, identity, unwindRanges(patch, {}).size(), redirected.size()) +
                                 debuggerRecordBytes(files.objectPath),
                             regionCodeBytes(session.architecture(), plan), patch,
                             !plan.data.empty() || !replaced.empty()));
  std::size_t near = objectToBeNear(plan);
  std::vector<RuntimeAddr> places =
      placementCandidates(session.maps(), objects[near].range, layout.size, session.architecture().reach);
  if (places.empty())
    return error(Fault::Refused, fmt::format("process {} has no free room for the patch within reach of {}",
                                             session.process().describe(), objects[near].name));
  // Relocate once for the first place: every symbol that is missing shows now and not half way.
  LP_TRY_ASSIGN([[maybe_unused]] auto trial,
                relocatePatch(patch, layout.biasAt(places.front()), [&lookup](const ElfSymbol &symbol, SymbolUse use) {
                  return lookup.valueOf(symbol, use);
                }));
  return Preparation{std::move(patch),
                     std::move(objects),
                     std::move(lookup),
                     std::move(plan),
                     std::move(identity),
                     layout,
                     near,
                     std::move(places),
                     hook,
                     std::move(notes),
                     std::move(replaced)};
}

} // namespace livepatch

#include "patchbuild/assemble/assemble.h"

#include "patchbuild/assemble/link.h"
#include "patchbuild/assemble/proof.h"
#include "patchbuild/parents/object_space.h"
#include "patchbuild/parents/record.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/target/libraries.h"
#include "runtime/core/content_hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace livepatch {

namespace {

CommandFile commandsOf(const PatchPlan &plan) {
  CommandFile out;
  for (const PlannedFunction &function : plan.functions) {
    if (function.action != FunctionAction::Redirected)
      continue;
    Command jump;
    jump.kind = CommandKind::Jump;
    jump.target = {function.target, 0};
    jump.patch = {function.patch, 0};
    // A COMDAT function is in several units of the patch and has one entry in the target.
    if (std::find(out.begin(), out.end(), jump) == out.end())
      out.push_back(std::move(jump));
  }
  std::sort(out.begin(), out.end(), [](const Command &a, const Command &b) { return a.target.name < b.target.name; });
  for (const DataCommand &data : plan.data)
    out.push_back(data.command);
  return out;
}

void describeFunctions(const PatchPlan &plan, Manifest &manifest) {
  for (const PlannedFunction &function : plan.functions) {
    manifest.functions.push_back(
        {function.target.empty() ? function.name : function.target, function.action, function.reasons, function.place});
    if (function.action != FunctionAction::Redirected)
      continue;
    const auto same = [&](const ManifestRedirect &r) { return r.target == function.target; };
    if (std::any_of(manifest.redirects.begin(), manifest.redirects.end(), same))
      continue;
    ManifestRedirect redirect;
    redirect.target = function.target;
    redirect.patch = function.patch;
    redirect.address = *function.base->address;
    redirect.size = function.base->size;
    redirect.padding = function.base->padding;
    redirect.reasons = function.reasons;
    redirect.place = function.place;
    // main ends with the process.
    redirect.neverReturns = function.base->has("noreturn-loop") || function.base->name == "main";
    manifest.redirects.push_back(std::move(redirect));
  }
}

void describeData(const PatchPlan &plan, Manifest &manifest) {
  for (const DataCommand &data : plan.data) {
    ManifestData out;
    out.command = data.command.kind == CommandKind::Value ? ManifestDataCommand::Value : ManifestDataCommand::Pointer;
    out.target = data.command.target.offset
                     ? fmt::format("{}+{:#x}", data.command.target.name, data.command.target.offset)
                     : data.command.target.name;
    out.address = data.address;
    out.size = data.size;
    out.reason = data.reason;
    out.place = data.place;
    manifest.data.push_back(std::move(out));
  }
}

// A patch of data only has no unit of its own: any of the target's knows the compiler. (Without units there is no
// plan.)
const Compiler &compilerOf(const AssembleInput &input) {
  const std::vector<UnitOrder> &orders = input.verdict.plan.orders;
  return orders.empty() ? input.map.units.front().compiler : orders.front().unit->unit.compiler;
}

Manifest manifestOf(const AssembleInput &input) {
  Manifest manifest;
  manifest.name = input.name;
  const MapObject &object = input.map.object;
  const std::string file = std::filesystem::path(object.path).filename();
  manifest.targets.push_back({object.soname.empty() ? file : object.soname, object.buildId, object.machine});
  describeFunctions(input.verdict.plan, manifest);
  describeData(input.verdict.plan, manifest);
  for (const Warning &warning : input.verdict.warnings)
    manifest.warnings.push_back(
        {warning.kind, warning.place.empty() ? warning.message : warning.place + ": " + warning.message});
  manifest.compiler = fmt::format("{} {}", compilerOf(input).name, compilerOf(input).version);
  manifest.oldRevision = input.change.oldRevision;
  manifest.newRevision = input.change.newRevision;
  manifest.parents = input.parents;
  manifest.replaces = input.replaces;
  return manifest;
}

// The decision's addresses tell whose they are; a manifest says it beside them.
void nameObjects(Manifest &manifest) {
  const auto split = [](auto &entries) {
    for (auto &entry : entries) {
      const ObjectAddress place = fromSpace(entry.address);
      entry.object = place.object;
      entry.address = place.address;
    }
  };
  split(manifest.redirects);
  split(manifest.data);
  split(manifest.symbols);
}

} // namespace

Result<AssembledPatch> assemblePatch(const AssembleInput &input) {
  const PatchPlan &plan = input.verdict.plan;
  LP_TRY_ASSIGN(const std::string linked,
                linkPatch({plan, input.image, input.toolchain, compilerOf(input), input.scratch, input.name,
                           recordSource(plan, input.change.recordedRoot)}));
  LP_TRY_ASSIGN(const std::vector<std::uint8_t> bytes, readBytes(linked));
  LP_TRY_ASSIGN(const ElfView view, ElfView::ofFile(bytes, input.name + ".so"));

  AssembledPatch patch;
  patch.manifest = manifestOf(input);
  LP_TRY_ASSIGN(patch.manifest.symbols, provePatch(view, plan, input.image));
  nameObjects(patch.manifest);
  const std::string commands = printCommandFile(commandsOf(plan));
  patch.manifest.files[input.name + ".so"] = hexText(contentHash(bytes));
  patch.manifest.files[input.name + ".cmd"] = hexText(contentHash(commands));

  patch.folder = input.scratch + "/patch";
  std::error_code failed;
  std::filesystem::create_directory(patch.folder, failed);
  const std::string stem = patch.folder + "/" + input.name;
  if (!failed)
    std::filesystem::copy_file(linked, stem + ".so", failed);
  if (failed)
    return error(Fault::Io, fmt::format("cannot write {}.so: {}", stem, failed.message()));
  LP_TRY(writeFileText(stem + ".cmd", commands));
  LP_TRY(writeFileText(stem + ".json", printManifest(patch.manifest)));
  return patch;
}

} // namespace livepatch

#include "patchbuild/parents/stack.h"

#include "patchbuild/parents/object_space.h"
#include "patchbuild/parents/record.h"
#include "patchbuild/source/change.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {

namespace {

bool builtOn(const ParentPatch &patch, const ParentPatch &below) {
  return std::any_of(patch.manifest.parents.begin(), patch.manifest.parents.end(),
                     [&](const ManifestParent &parent) { return parent.identity == below.identity; });
}

// A number of an object in a parent's own files, 0 its target and n its n-th parent, as one of this stack's.
Result<std::size_t> objectHere(const std::vector<ParentPatch> &parents, std::size_t patch, std::size_t object) {
  if (object == 0)
    return object;
  const std::vector<ManifestParent> &own = parents[patch].manifest.parents;
  if (object <= own.size())
    for (std::size_t i = 0; i < patch; ++i)
      if (parents[i].identity == own[object - 1].identity)
        return i + 1;
  return error(Fault::Format,
               fmt::format("{}.so refers to a patch that it does not name", parents[patch].manifest.name),
               "build it again");
}

// What a file says is an address of its object may be any number; one that reaches out of its object's space would be
// taken for another object's.
Result<LinkAddr> checkedInSpace(const ParentPatch &patch, std::size_t object, std::uint64_t address) {
  if (address >> objectShift)
    return error(Fault::Format,
                 fmt::format("{} has the address {:#x}, which no object has", patch.manifest.name, address),
                 "build that patch again");
  return inSpace(object, {address});
}

class Stacking {
public:
  Stacking(Map &map, const std::string &root, const std::vector<ParentPatch> &parents)
      : map_(map), root_(root), parents_(parents), own_(map.units.size()) {
    for (const MapUnit &unit : map.units)
      ids_.push_back(unitId(unit, root));
  }

  Result<std::set<std::size_t>> run() {
    for (std::size_t patch = 0; patch < parents_.size(); ++patch) {
      for (const auto &[hash, record] : parents_[patch].map.types) {
        RecordLayout here = record;
        here.place = withRoot(here.place, root_);
        map_.types.emplace(hash, std::move(here));
      }
      for (const MapUnit &unit : parents_[patch].map.units)
        LP_TRY(layUnit(patch, unit));
    }
    return touched_;
  }

private:
  Result<void> layUnit(std::size_t patch, const MapUnit &record) {
    std::size_t index = map_.units.size();
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (ids_[i] != record.source)
        continue;
      if (index != map_.units.size())
        return error(Fault::Refused,
                     fmt::format("{} is in the target twice: which of the two {} changed cannot be told", record.source,
                                 parents_[patch].manifest.name),
                     "build one patch from the target's own sources to the newest ones, without --on");
      index = i;
    }
    if (index == map_.units.size()) {
      if (own_ == 0)
        return error(Fault::Format, "the target's map has no units");
      MapUnit added;
      added.directory = root_;
      added.source = root_ + "/" + record.source;
      added.compiler = map_.units.front().compiler;
      added.optimization = record.optimization;
      added.moduleFlags = record.moduleFlags;
      map_.units.push_back(std::move(added));
      ids_.push_back(record.source);
    } else if (index < own_) {
      touched_.insert(index);
    }
    MapUnit &unit = map_.units[index];
    unit.fileAsm = unit.fileAsm || record.fileAsm;
    for (const std::string &type : record.types)
      if (std::find(unit.types.begin(), unit.types.end(), type) == unit.types.end())
        unit.types.push_back(type);
    return layDefinitions(patch, record, unit);
  }

  Result<void> layDefinitions(std::size_t patch, const MapUnit &record, MapUnit &unit) {
    std::vector<MapFunction> functions = record.functions;
    for (MapFunction &function : functions) {
      LP_TRY(place(patch, function.address));
      function.place = withRoot(function.place, root_);
      const MapFunction *old = function.address ? functionAt(*function.address) : nullptr;
      if (old) {
        // The entry in the running program is the old one's; only what it leads to is new.
        function.size = old->size;
        function.padding = old->padding;
      }
    }
    std::vector<MapVariable> variables = record.variables;
    for (MapVariable &variable : variables) {
      LP_TRY(place(patch, variable.address));
      variable.place = withRoot(variable.place, root_);
      const auto old = std::find_if(unit.variables.begin(), unit.variables.end(),
                                    [&](const MapVariable &v) { return v.name == variable.name; });
      // A variable that the dynamic loader finds has no address in the record.
      if (!variable.address && variable.defined && !variable.constant && variable.linkage != Linkage::Internal &&
          old != unit.variables.end())
        variable.address = old->address;
    }
    std::vector<MapAlias> aliases = record.aliases;
    for (MapAlias &alias : aliases)
      LP_TRY(place(patch, alias.address));
    layLambdas(record, unit);
    keepGone(unit.functions, functions);
    keepGone(unit.variables, variables);
    keepGone(unit.aliases, aliases);
    unit.functions = std::move(functions);
    unit.variables = std::move(variables);
    unit.aliases = std::move(aliases);
    return {};
  }

  // Numbers that lambdas had stay taken: closures of the target's may live on below the patch.
  void layLambdas(const MapUnit &record, MapUnit &unit) const {
    std::vector<MapLambda> lambdas = record.lambdas;
    for (MapLambda &lambda : lambdas)
      lambda.place = withRoot(lambda.place, root_);
    for (MapLambda &old : unit.lambdas)
      if (std::none_of(record.lambdas.begin(), record.lambdas.end(), [&](const MapLambda &lambda) {
            return lambda.context == old.context && lambda.name == old.name;
          }))
        lambdas.push_back(std::move(old));
    unit.lambdas = std::move(lambdas);
  }

  // What the new source lacks is in the process all the same: a later one that has it again finds it.
  template <typename Definition>
  static void keepGone(const std::vector<Definition> &old, std::vector<Definition> &now) {
    const std::size_t count = now.size();
    for (const Definition &definition : old)
      if (std::none_of(now.begin(), now.begin() + static_cast<std::ptrdiff_t>(count),
                       [&](const Definition &other) { return other.name == definition.name; }))
        now.push_back(definition);
  }

  // From the record's way to write an address (record.h) to this stack's.
  Result<void> place(std::size_t patch, std::optional<LinkAddr> &address) {
    if (!address)
      return {};
    const ObjectAddress written = fromSpace(*address);
    std::size_t object = patch + 1;
    if (written.object > 0) {
      LP_TRY_ASSIGN(object, objectHere(parents_, patch, written.object - 1));
    }
    address = inSpace(object, written.address);
    return {};
  }

  const MapFunction *functionAt(LinkAddr address) const {
    for (const MapUnit &unit : map_.units)
      for (const MapFunction &function : unit.functions)
        if (function.address == address)
          return &function;
    return nullptr;
  }

  Map &map_;
  const std::string &root_;
  const std::vector<ParentPatch> &parents_;
  const std::size_t own_;
  std::vector<std::string> ids_;
  std::set<std::size_t> touched_;
};

std::string dataName(const SymbolReference &target) {
  return target.offset ? fmt::format("{}+{:#x}", target.name, target.offset) : target.name;
}

class DataStacking {
public:
  DataStacking(TargetImage &image, const std::vector<ParentPatch> &parents) : image_(image), parents_(parents) {}

  Result<void> layPatch(std::size_t patch) {
    const ParentPatch &parent = parents_[patch];
    for (ImageSegment segment : parent.image.segments) {
      // A patch lies within 2 GiB of what it patches (docs/formats.md).
      if (segment.memorySize >> 31)
        return error(Fault::Format, fmt::format("{} is larger than a patch can be", parent.manifest.name),
                     "build that patch again");
      LP_TRY_ASSIGN(segment.address, checkedInSpace(parent, patch + 1, segment.address.value));
      image_.segments.push_back(std::move(segment));
    }
    for (const auto &[at, pointer] : parent.image.pointers) {
      LP_TRY_ASSIGN(ImagePointer here, pointerHere(patch, pointer));
      LP_TRY_ASSIGN(const LinkAddr place, checkedInSpace(parent, patch + 1, at));
      image_.pointers[place.value] = std::move(here);
    }
    for (const Command &command : parent.commands)
      if (command.kind != CommandKind::Jump)
        LP_TRY(layData(patch, command));
    return {};
  }

private:
  Result<ImagePointer> pointerHere(std::size_t patch, const ImagePointer &pointer) const {
    if (pointer.symbol.empty()) {
      LP_TRY_ASSIGN(const LinkAddr value, checkedInSpace(parents_[patch], patch + 1, pointer.value));
      return ImagePointer{{}, value.value};
    }
    LP_TRY_ASSIGN(const std::optional<LinkAddr> at, addressOf(patch, pointer.symbol));
    return at ? ImagePointer{{}, at->value + pointer.value} : pointer;
  }

  static Result<std::optional<LinkAddr>> found(const Result<LinkAddr> &address) {
    if (!address.ok())
      return address.failure();
    return std::optional(*address);
  }

  // Of a symbol as the patch names it; nothing for a library's.
  Result<std::optional<LinkAddr>> addressOf(std::size_t patch, const std::string &name) const {
    const ParentPatch &parent = parents_[patch];
    if (const auto own = parent.image.symbols.find(name); own != parent.image.symbols.end())
      return found(checkedInSpace(parent, patch + 1, own->second.address.value));
    for (const ManifestSymbol &symbol : parent.manifest.symbols)
      if (symbol.name == name && symbol.kind != ManifestSymbolKind::Tls) {
        LP_TRY_ASSIGN(const std::size_t object, objectHere(parents_, patch, symbol.object));
        return found(checkedInSpace(parent, object, symbol.address.value));
      }
    return std::optional<LinkAddr>();
  }

  Result<void> layData(std::size_t patch, const Command &command) {
    const std::vector<ManifestData> &all = parents_[patch].manifest.data;
    const std::string name = dataName(command.target);
    const auto described =
        std::find_if(all.begin(), all.end(), [&](const ManifestData &data) { return data.target == name; });
    if (described == all.end())
      return error(Fault::Format,
                   fmt::format("the manifest of {} does not know {}", parents_[patch].manifest.name, name),
                   "build it again");
    LP_TRY_ASSIGN(const std::size_t object, objectHere(parents_, patch, described->object));
    LP_TRY_ASSIGN(const LinkAddr at, checkedInSpace(parents_[patch], object, described->address.value));
    if (command.kind == CommandKind::Value)
      return writeBytes(at, command.bytes, name);
    if (command.patch.name == nullPatchSymbol) {
      image_.pointers.erase(at.value);
      return writeBytes(at, std::vector<std::uint8_t>(sizeof(std::uint64_t)), name);
    }
    LP_TRY_ASSIGN(const std::optional<LinkAddr> value, addressOf(patch, command.patch.name));
    image_.pointers[at.value] = value ? ImagePointer{{}, value->value + command.patch.offset}
                                      : ImagePointer{command.patch.name, command.patch.offset};
    return {};
  }

  Result<void> writeBytes(LinkAddr at, const std::vector<std::uint8_t> &bytes, const std::string &name) {
    for (ImageSegment &segment : image_.segments) {
      if (at < segment.address || at.value - segment.address.value >= segment.memorySize)
        continue;
      const std::uint64_t offset = at.value - segment.address.value;
      if (bytes.size() > segment.memorySize - offset)
        break;
      segment.bytes.resize(std::max<std::size_t>(segment.bytes.size(), offset + bytes.size()));
      std::copy(bytes.begin(), bytes.end(), segment.bytes.begin() + static_cast<std::ptrdiff_t>(offset));
      return {};
    }
    return error(Fault::Format, fmt::format("{} is not in the target's data", name), "build that patch again");
  }

  TargetImage &image_;
  const std::vector<ParentPatch> &parents_;
};

} // namespace

Result<void> checkParents(const Map &target, const std::vector<ParentPatch> &parents) {
  if (parents.size() > maximumParents)
    return error(Fault::Usage, fmt::format("{} patches below one are too many", parents.size()));
  for (std::size_t i = 0; i < parents.size(); ++i) {
    const Manifest &manifest = parents[i].manifest;
    if (manifest.targets.size() != 1 || manifest.targets.front().buildId != target.object.buildId)
      return error(Fault::Mismatch,
                   fmt::format("the patch {} is for {} with build-id {}, the target's is {}", manifest.name,
                               manifest.targets.front().name, manifest.targets.front().buildId, target.object.buildId),
                   "name patches that were made for this very build");
    for (const ManifestParent &needed : manifest.parents)
      if (std::none_of(parents.begin(), parents.begin() + static_cast<std::ptrdiff_t>(i),
                       [&](const ParentPatch &other) { return other.identity == needed.identity; }))
        return error(Fault::Usage, fmt::format("the patch {} was built on {}", manifest.name, needed.name),
                     fmt::format("name that one as well, before it: --on {} --on {}", needed.name, manifest.name));
    // Of two that were built apart, neither compile has what the other one brought.
    for (std::size_t j = 0; j < i; ++j) {
      if (parents[j].identity == parents[i].identity)
        return error(Fault::Usage, fmt::format("the patch {} is named twice", manifest.name));
      if (builtOn(parents[i], parents[j]))
        continue;
      for (const MapUnit &unit : parents[i].map.units)
        for (const MapUnit &other : parents[j].map.units)
          if (unit.source == other.source)
            return error(Fault::Refused,
                         fmt::format("the patches {} and {} both change {}, and neither was built on the other",
                                     parents[j].manifest.name, manifest.name, unit.source),
                         "build one patch from the target's own sources to the newest ones, without --on");
    }
  }
  return {};
}

Result<std::set<std::size_t>> layOver(Map &map, const std::string &recordedRoot,
                                      const std::vector<ParentPatch> &parents) {
  return Stacking(map, recordedRoot, parents).run();
}

Result<std::vector<std::set<LinkAddr>>> redirectedEntries(const std::vector<ParentPatch> &parents) {
  std::vector<std::set<LinkAddr>> entries(parents.size());
  for (std::size_t patch = 0; patch < parents.size(); ++patch)
    for (const ManifestRedirect &redirect : parents[patch].manifest.redirects) {
      LP_TRY_ASSIGN(const std::size_t object, objectHere(parents, patch, redirect.object));
      entries[patch].insert(inSpace(object, redirect.address));
    }
  return entries;
}

Result<void> layOver(TargetImage &image, const std::vector<ParentPatch> &parents) {
  DataStacking stacking(image, parents);
  for (std::size_t patch = 0; patch < parents.size(); ++patch)
    LP_TRY(stacking.layPatch(patch));
  return {};
}

} // namespace livepatch

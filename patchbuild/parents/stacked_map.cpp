#include "patchbuild/parents/object_space.h"
#include "patchbuild/parents/parent_objects.h"
#include "patchbuild/parents/record.h"
#include "patchbuild/parents/stack.h"
#include "patchbuild/source/change.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {

namespace {

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

} // namespace

Result<std::set<std::size_t>> layOver(Map &map, const std::string &recordedRoot,
                                      const std::vector<ParentPatch> &parents) {
  return Stacking(map, recordedRoot, parents).run();
}

} // namespace livepatch

#include "patchbuild/compile/base_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>

namespace livepatch {
namespace {

// A string or table that no other unit can see is part of the fingerprint of whatever refers to it, under a name that
// the compiler made up. The map of a linked file need not list it; an analysis does.
bool isPrivateConstant(const MapVariable &variable) {
  return variable.constant && variable.linkage == Linkage::Internal;
}

class Differences {
public:
  void add(const char *kind, const std::string &name, const std::string &place, std::string what) {
    found_.push_back({kind, name, place, std::move(what)});
  }

  // Pairs by name; `differs` says what is different, or nothing.
  template <typename Thing>
  void pair(const char *kind, const std::vector<const Thing *> &before, const std::vector<const Thing *> &after,
            const std::function<std::string(const Thing &)> &place,
            const std::function<std::string(const Thing &, const Thing &)> &differs) {
    std::map<std::string, std::pair<const Thing *, const Thing *>> byName;
    for (const Thing *thing : before)
      byName[thing->name].first = thing;
    for (const Thing *thing : after)
      byName[thing->name].second = thing;
    for (const auto &[name, both] : byName) {
      const auto &[was, now] = both;
      if (!now)
        add(kind, name, place(*was), "the target has it, the sources do not");
      else if (!was)
        add(kind, name, place(*now), "the sources have it, the target does not");
      else if (std::string what = differs(*was, *now); !what.empty())
        add(kind, name, place(*now), std::move(what));
    }
  }

  std::vector<BaseDifference> sorted() {
    const auto key = [](const BaseDifference &d) { return std::tie(d.kind, d.name, d.place); };
    std::sort(found_.begin(), found_.end(),
              [&](const BaseDifference &a, const BaseDifference &b) { return key(a) < key(b); });
    return std::move(found_);
  }

private:
  std::vector<BaseDifference> found_;
};

// All that got machine code or storage.
std::vector<const MapFunction *> functionsOf(const MapUnit &unit) {
  std::vector<const MapFunction *> out;
  for (const MapFunction &function : unit.functions)
    if (function.defined)
      out.push_back(&function);
  return out;
}

std::vector<const MapVariable *> variablesOf(const MapUnit &unit) {
  std::vector<const MapVariable *> out;
  for (const MapVariable &variable : unit.variables)
    if (variable.defined && !isPrivateConstant(variable))
      out.push_back(&variable);
  return out;
}

std::vector<const MapAlias *> aliasesOf(const MapUnit &unit) {
  std::vector<const MapAlias *> out;
  for (const MapAlias &alias : unit.aliases)
    out.push_back(&alias);
  return out;
}

std::string functionDifference(const MapFunction &was, const MapFunction &now) {
  if (was.late != now.late)
    return "its code differs";
  if (was.early != now.early)
    return "its code before optimisation differs";
  if (was.type != now.type || was.convention != now.convention)
    return fmt::format("its type was {} and is {}", was.type.empty() ? was.convention : was.type,
                       now.type.empty() ? now.convention : now.type);
  return {};
}

std::string variableDifference(const MapVariable &was, const MapVariable &now) {
  if (was.type != now.type)
    return fmt::format("its type was {} and is {}", was.type, now.type);
  if (was.content != now.content)
    return "its initial value differs";
  if (was.tls != now.tls || was.constant != now.constant)
    return "it is stored otherwise";
  return {};
}

// A layout without a partner of its hash: the same name with another hash, or a type that only one side knows.
void compareTypes(const BaseSide &recorded, const BaseSide &again, Differences &out) {
  const std::set<std::string> before(recorded.unit.types.begin(), recorded.unit.types.end());
  const std::set<std::string> after(again.unit.types.begin(), again.unit.types.end());
  const auto others = [](const BaseSide &side, const std::set<std::string> &own, const std::set<std::string> &known) {
    std::map<std::string, const RecordLayout *> result;
    for (const std::string &hash : own)
      if (const auto found = side.records.find(hash); !known.contains(hash) && found != side.records.end())
        result.emplace(found->second.name, &found->second);
    return result;
  };
  const auto was = others(recorded, before, after), now = others(again, after, before);
  for (const auto &[name, record] : was)
    out.add("type", name, now.contains(name) ? now.at(name)->place : record->place,
            now.contains(name) ? "its layout differs" : "the target has it, the sources do not");
  for (const auto &[name, record] : now)
    if (!was.contains(name))
      out.add("type", name, record->place, "the sources have it, the target does not");
}

} // namespace

std::vector<BaseDifference> baseDifferences(const BaseSide &recorded, const BaseSide &again) {
  Differences out;
  out.pair<MapFunction>(
      "function", functionsOf(recorded.unit), functionsOf(again.unit), [](const MapFunction &f) { return f.place; },
      functionDifference);
  out.pair<MapVariable>(
      "variable", variablesOf(recorded.unit), variablesOf(again.unit), [](const MapVariable &v) { return v.place; },
      variableDifference);
  out.pair<MapAlias>(
      "alias", aliasesOf(recorded.unit), aliasesOf(again.unit), [](const MapAlias &) { return ""; },
      [](const MapAlias &was, const MapAlias &now) {
        return was.target == now.target && was.ifunc == now.ifunc ? "" : "it leads elsewhere";
      });
  compareTypes(recorded, again, out);
  if (recorded.unit.moduleFlags != again.unit.moduleFlags || recorded.unit.optimization != again.unit.optimization)
    out.add("flags", recorded.unit.source, {}, "the compiler's settings differ");
  return out.sorted();
}

std::string describe(const BaseDifference &difference) {
  return fmt::format("{} {}{} ({})", difference.kind, difference.name,
                     difference.place.empty() ? "" : " at " + difference.place, difference.what);
}

} // namespace livepatch

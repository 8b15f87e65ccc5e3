#include "patchbuild/decide/places.h"

#include <filesystem>

namespace livepatch {

PlaceNames::PlaceNames(const Map &base, const std::vector<CompiledUnit> &units, std::string root)
    : root_(std::move(root)) {
  for (const MapUnit &unit : base.units)
    enter(unit);
  for (const CompiledUnit &unit : units)
    enter(unit.unit);
}

void PlaceNames::enter(const MapUnit &unit) {
  const auto add = [&](const std::string &name) {
    const std::string absolute = (std::filesystem::path(unit.directory) / name).lexically_normal();
    const auto [known, isNew] = files_.emplace(name, absolute);
    if (!isNew && known->second != absolute)
      known->second.clear();
  };
  add(unit.source);
  for (const std::string &file : unit.files)
    add(file);
}

std::string PlaceNames::relative(const std::string &place) const {
  const std::size_t colon = place.rfind(':');
  if (place.empty() || colon == std::string::npos)
    return place;
  std::string file = place.substr(0, colon);
  if (const auto known = files_.find(file); known != files_.end() && !known->second.empty())
    file = known->second;
  file = std::filesystem::path(file).lexically_normal();
  if (!root_.empty() && file.size() > root_.size() && file.starts_with(root_) && file[root_.size()] == '/')
    return file.substr(root_.size() + 1) + place.substr(colon);
  return place;
}

void makePlacesRelative(Verdict &verdict, const PlaceNames &names) {
  const auto shorten = [&](std::string &place) { place = names.relative(place); };
  for (Refusal &refusal : verdict.refusals)
    shorten(refusal.place), shorten(refusal.oldPlace);
  for (Warning &warning : verdict.warnings)
    shorten(warning.place);
  for (PlannedFunction &function : verdict.plan.functions)
    shorten(function.place);
  for (DataCommand &data : verdict.plan.data)
    shorten(data.place);
}

} // namespace livepatch

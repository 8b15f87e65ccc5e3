#include "patchbuild/decide/places.h"

#include <filesystem>

namespace livepatch {

std::string relativePlace(const std::string &place, std::string_view root) {
  if (place.empty()) return place;
  const std::string normal = std::filesystem::path(place).lexically_normal();
  if (!root.empty() && normal.size() > root.size() && normal.starts_with(root) && normal[root.size()] == '/')
    return normal.substr(root.size() + 1);
  return normal;
}

void makePlacesRelative(Verdict &verdict, std::string_view root) {
  const auto shorten = [&](std::string &place) { place = relativePlace(place, root); };
  for (Refusal &refusal : verdict.refusals) shorten(refusal.place);
  for (Warning &warning : verdict.warnings) shorten(warning.place);
  for (PlannedFunction &function : verdict.plan.functions) shorten(function.place);
  for (DataCommand &data : verdict.plan.data) shorten(data.place);
}

} // namespace livepatch

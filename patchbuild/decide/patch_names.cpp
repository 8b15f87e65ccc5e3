#include "patchbuild/decide/patch_names.h"

#include <fmt/format.h>

namespace livepatch {

PatchNames::PatchNames(const Comparison &comparison) {
  // First what other units may name: the same symbol in several units (COMDAT) has one name.
  for (std::size_t index = 0; index < comparison.units.size(); ++index) {
    const ComparedUnit &unit = comparison.units[index];
    const auto give = [&](const std::string &name, std::string given) {
      names_[{index, name}] = given;
      taken_.insert(std::move(given));
    };
    for (const auto &[name, function] : unit.functions)
      if (function.inPatch && function.now->linkage != Linkage::Internal)
        give(name, function.state == FunctionState::New ? name : name + ".lp");
    for (const auto &[name, variable] : unit.variables)
      if (variable.inPatch && variable.now->linkage != Linkage::Internal)
        give(name, variable.replaced ? name + ".lp" : name);
  }
  for (std::size_t index = 0; index < comparison.units.size(); ++index) {
    const ComparedUnit &unit = comparison.units[index];
    for (const auto &[name, function] : unit.functions)
      if (function.inPatch && function.now->linkage == Linkage::Internal)
        names_[{index, name}] = fresh(function.state == FunctionState::New ? name : name + ".lp");
    for (const auto &[name, variable] : unit.variables)
      if (variable.inPatch && variable.now->linkage == Linkage::Internal)
        // The compiler's own names (.str.3) are numbers that mean nothing outside of the unit.
        names_[{index, name}] = fresh(name.starts_with('.') ? "livepatch.literal"
                                      : variable.replaced   ? name + ".lp"
                                                            : name);
  }
}

const std::string &PatchNames::of(std::size_t unit, const std::string &name) const {
  static const std::string none;
  const auto found = names_.find({unit, name});
  return found == names_.end() ? none : found->second;
}

std::string PatchNames::fresh(const std::string &wanted) {
  if (taken_.insert(wanted).second)
    return wanted;
  for (std::size_t number = 2;; ++number) {
    std::string name = fmt::format("{}.{}", wanted, number);
    if (taken_.insert(name).second)
      return name;
  }
}

} // namespace livepatch

#include "patchbuild/decide/deciding.h"

#include "patchbuild/decide/places.h"
#include "patchbuild/decide/signatures.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {

std::string describe(const MapVariable &variable) {
  return fmt::format("{}{}{} {}, {} bytes", variable.tls ? "thread-local " : "", variable.constant ? "constant " : "",
                     variable.type.empty() ? "variable" : meant(variable.type, variable.means),
                     variable.base.empty() ? variable.name : variable.base, variable.size);
}

std::string describe(const MapFunction &function) {
  if (function.type.empty())
    return function.name;
  const std::size_t parameters = function.type.find('(');
  if (parameters == std::string::npos)
    return function.name + ": " + function.type;
  std::string result = function.type.substr(0, parameters);
  if (!result.empty() && result.back() != ' ' && result.back() != '*')
    result += ' ';
  return result + function.name + function.type.substr(parameters);
}

std::string placeText(const Deciding &deciding, const std::string &place) {
  return deciding.places.relative(place);
}

std::vector<std::string> userNames(const Deciding &deciding, const std::vector<BaseUser> &users, std::size_t limit) {
  std::vector<std::string> near, far;
  for (const BaseUser &user : users) {
    std::string name = fmt::format("{} ({})", user.name(), deciding.index.unitId(user.unit));
    std::vector<std::string> &list = deciding.comparison.concerns(user.unit) ? near : far;
    if (std::find(list.begin(), list.end(), name) == list.end())
      list.push_back(std::move(name));
  }
  std::sort(near.begin(), near.end());
  std::sort(far.begin(), far.end());
  near.insert(near.end(), far.begin(), far.end());
  if (near.size() > limit) {
    const std::size_t more = near.size() - limit;
    near.resize(limit);
    near.push_back(fmt::format("and {} more", more));
  }
  return near;
}

bool leavesWithPatch(const Deciding &deciding, const BaseUser &user) {
  const ComparedUnit *unit = deciding.comparison.ofBase(user.unit);
  if (!unit || !user.function)
    return false;
  if (const ComparedFunction *function = unit->paired(*user.function))
    return function->isReplaced();
  // Removed, or inlined everywhere now: nothing of the new source calls it. Other units may still call one that they
  // can name.
  return user.function->linkage == Linkage::Internal;
}

} // namespace livepatch

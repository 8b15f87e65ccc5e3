#include "patchbuild/decide/local_classes.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {

namespace {

// "class Item of _Z1fi" stands among the lambdas: they are numbered alike.
constexpr std::string_view classShape = "class";

using Classes = std::vector<const MapLambda *>;
struct Group {
  Classes old, now;
};

bool sameNumbers(const Group &group) {
  if (group.old.size() != group.now.size())
    return false;
  std::size_t different = 0;
  for (std::size_t i = 0; i < group.old.size(); ++i) {
    const std::string &text = group.now[i]->text;
    if (text == group.old[i]->text)
      continue;
    // One that changed stands where it stood; one that reads like another old one changed places with it.
    if (++different > 1 ||
        std::any_of(group.old.begin(), group.old.end(), [&](const MapLambda *old) { return old->text == text; }))
      return false;
  }
  return true;
}

// Methods of unchanged lines keep their place from build to build: one of a name that stands elsewhere is another's.
bool samePlaces(const ComparedUnit &unit, const std::string &function, const std::string &type) {
  const std::string scope = "Z" + function.substr(std::min<std::size_t>(2, function.size())) + "E";
  const std::string tag = "N" + std::to_string(type.size()) + type;
  return std::all_of(unit.functions.begin(), unit.functions.end(), [&](const auto &entry) {
    const auto &[name, compared] = entry;
    const std::size_t at = name.find(scope);
    const bool method = at != std::string::npos && name.compare(at + scope.size(), tag.size(), tag) == 0;
    return !method || !compared.base || compared.base->place == compared.now->place;
  });
}

std::string placesOf(const Deciding &deciding, const Classes &classes) {
  std::string out;
  for (const MapLambda *type : classes)
    out += (out.empty() ? "" : ", ") + placeText(deciding, type->place);
  return out;
}

void checkUnit(Deciding &deciding, const ComparedUnit &unit) {
  std::map<std::string, Group> groups;
  for (const MapLambda &old : deciding.index.map().units[unit.baseIndex].lambdas)
    if (old.shape == classShape)
      groups[old.context].old.push_back(&old);
  for (const MapLambda &now : unit.compiled->unit.lambdas)
    if (now.shape == classShape)
      groups[now.context].now.push_back(&now);
  constexpr std::string_view of = " of ";
  for (const auto &[context, group] : groups) {
    if (group.old.empty() || group.now.empty() || group.old.size() + group.now.size() == 2)
      continue;
    const std::size_t end = context.find(of);
    const std::string type = context.substr(classShape.size() + 1, end - classShape.size() - 1);
    const std::string function = context.substr(end + of.size());
    if (sameNumbers(group) && samePlaces(unit, function, type))
      continue;
    deciding.refuse(
        {.rule = "local-class-ambiguous",
         .thing = context,
         .place = group.now.front()->place,
         .oldDefinition = fmt::format("{} classes {}: {}", group.old.size(), type, placesOf(deciding, group.old)),
         .newDefinition = fmt::format("{} classes {}: {}", group.now.size(), type, placesOf(deciding, group.now)),
         .oldPlace = group.old.front()->place,
         .users = {function},
         .why = "the compiler numbers the local classes of one name in a function, and the numbers have "
                "moved or may have: objects that live would get another class's methods",
         .remedy = "give the new class a name of its own, leave the order of the others, and change one at "
                   "a time"});
  }
}

} // namespace

void checkLocalClasses(Deciding &deciding) {
  for (const ComparedUnit &unit : deciding.comparison.units)
    if (!unit.isNew())
      checkUnit(deciding, unit);
}

} // namespace livepatch

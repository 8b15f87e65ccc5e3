#include "patchbuild/decide/lambdas.h"

#include "patchbuild/decide/lambda_type.h"
#include "runtime/core/demangled.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {

namespace {

// What closures that live can lead to: functions whose address is taken (by a std::function, by a table of virtual
// functions) and whose names speak of a lambda, readable.
std::vector<std::string> closureCode(const MapUnit &unit) {
  std::vector<std::string> out;
  for (const MapFunction &function : unit.functions)
    if (function.address && function.has("address-taken") && function.name.find("Ul") != std::string::npos)
      out.push_back(demangled(function.name));
  return out;
}

std::vector<const MapLambda *> replacedBy(const MapUnit &before, const MapLambda &now) {
  std::vector<const MapLambda *> out;
  for (const MapLambda &old : before.lambdas)
    if (old.context == now.context &&
        std::find(now.replaces.begin(), now.replaces.end(), old.number) != now.replaces.end())
      out.push_back(&old);
  return out;
}

// Where all of it was inlined nobody holds a closure that leads there.
bool hasCode(const MapLambda &lambda, const std::vector<std::string> &code) {
  const std::string name = lambdaTypeText(lambda);
  return name.empty() || std::any_of(code.begin(), code.end(), [&](const std::string &function) {
           return function.find(name) != std::string::npos;
         });
}

std::string describe(const MapLambda &lambda) {
  return fmt::format("lambda {} at {}", lambda.shape, lambda.place);
}

void checkUnit(Deciding &deciding, const MapUnit &before, const MapUnit &after) {
  const std::vector<std::string> code = closureCode(before);
  for (const MapLambda &now : after.lambdas) {
    std::string olds;
    for (const MapLambda *old : replacedBy(before, now))
      if (hasCode(*old, code))
        olds += (olds.empty() ? "" : ", ") + describe(*old);
    if (olds.empty())
      continue;
    if (!now.ambiguous) {
      deciding.warn("lambda-kept", now.context, now.place,
                    fmt::format("the lambda captures or takes other things than the old {}: closures that the running "
                                "program holds go on with the old code",
                                olds));
      continue;
    }
    deciding.refuse({.rule = "lambda-ambiguous",
                     .thing = now.context,
                     .place = now.place,
                     .oldDefinition = olds,
                     .newDefinition = describe(now),
                     .users = {now.context},
                     .why =
                         "several lambdas of the function changed at once and others came or went, so nothing tells "
                         "for certain which of the old ones this was: closures that live could get another one's code",
                     .remedy = "change one of them at a time, or make it a named function"});
  }
}

} // namespace

void checkLambdas(Deciding &deciding) {
  for (const ComparedUnit &unit : deciding.comparison.units)
    if (!unit.isNew())
      checkUnit(deciding, deciding.index.map().units[unit.baseIndex], unit.compiled->unit);
}

} // namespace livepatch

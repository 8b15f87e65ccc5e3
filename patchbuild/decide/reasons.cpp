#include "patchbuild/decide/reasons.h"

#include "patchbuild/decide/constants.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>

namespace livepatch {

namespace {

const MapFunction *functionNamed(const MapUnit &unit, const std::string &name) {
  for (const MapFunction &function : unit.functions)
    if (function.name == name)
      return &function;
  return nullptr;
}

// Both sides of one unit as they were before optimisation.
struct Sides {
  const MapUnit *before = nullptr;
  const MapUnit *after = nullptr;
};

bool sourceDiffers(const Sides &sides, const std::string &name) {
  const MapFunction *old = functionNamed(*sides.before, name);
  const MapFunction *now = functionNamed(*sides.after, name);
  return old && now && old->early != now->early;
}

// The nearest function that `from` calls, directly or through others of the unit, whose source differs. One that is
// still called was not inlined; what the optimiser knows of it (the range of its results, that it does not throw) was.
std::vector<std::string> inlinedCallee(const Sides &sides, const MapFunction &from) {
  std::map<std::string, std::string> cameFrom;
  std::deque<std::string> queue;
  const auto visit = [&](const MapFunction &function, const std::string &caller) {
    for (const std::string &callee : function.calls)
      if (callee != from.name && cameFrom.emplace(callee, caller).second)
        queue.push_back(callee);
  };
  visit(from, {});
  while (!queue.empty()) {
    const std::string name = queue.front();
    queue.pop_front();
    if (sourceDiffers(sides, name)) {
      const std::string &via = cameFrom[name];
      if (std::find(from.uses.begin(), from.uses.end(), name) != from.uses.end())
        return {fmt::format("callee-properties {}", name)};
      return {via.empty() ? fmt::format("inlined-callee {}", name)
                          : fmt::format("inlined-callee {} (via {})", name, via)};
    }
    if (const MapFunction *function = functionNamed(*sides.after, name))
      visit(*function, name);
  }
  return {};
}

std::vector<std::string> changedConstants(const ComparedUnit &unit, const MapFunction &function) {
  std::set<std::string> out;
  for (const std::vector<std::string> *names : {&function.uses, &function.calls})
    for (const std::string &name : *names) {
      const auto found = unit.variables.find(name);
      if (found == unit.variables.end() || !found->second.now->constant)
        continue;
      const ComparedVariable &variable = found->second;
      if (variable.replaced || (variable.base && variable.base->content != variable.now->content))
        out.insert("uses-constant " + name);
    }
  return {out.begin(), out.end()};
}

// A callee that is called now and was inlined before, or the reverse; or whose convention the optimiser changed.
std::vector<std::string> optimisersDoing(const Sides &sides, const ComparedUnit &unit, const MapFunction &old,
                                         const MapFunction &now) {
  std::set<std::string> out;
  const std::set<std::string> was(old.uses.begin(), old.uses.end());
  const std::set<std::string> is(now.uses.begin(), now.uses.end());
  for (const std::string &name : now.calls) {
    if (!functionNamed(*sides.after, name))
      continue;
    if (was.contains(name) != is.contains(name))
      out.insert("inline-flip " + name);
  }
  for (const std::string &name : now.uses) {
    const auto callee = unit.functions.find(name);
    if (callee != unit.functions.end() && callee->second.base &&
        callee->second.base->convention != callee->second.now->convention)
      out.insert("convention " + name);
  }
  return {out.begin(), out.end()};
}

} // namespace

std::vector<std::string> reasonsFor(const Deciding &deciding, const ComparedUnit &unit,
                                    const ComparedFunction &function) {
  std::vector<std::string> out;
  out = function.because;
  if (function.state != FunctionState::Changed)
    return out;
  const std::vector<std::string> constants = changedConstants(unit, *function.now);
  for (const std::string &constant : constants)
    if (std::find(out.begin(), out.end(), constant) == out.end())
      out.push_back(constant);
  // A fingerprint covers the constants that the code reads: where one of them changed, it says nothing of the body.
  if (!out.empty())
    return out;
  if (function.base->early.empty() || function.base->early != function.now->early)
    return {"body"};
  const Sides sides{&deciding.index.map().units[function.baseUnit], &unit.compiled->unit};
  out = inlinedCallee(sides, *function.now);
  if (out.empty())
    out = optimisersDoing(sides, unit, *function.base, *function.now);
  if (out.empty())
    out.push_back("code");
  return out;
}

} // namespace livepatch

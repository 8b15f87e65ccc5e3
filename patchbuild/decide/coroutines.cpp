#include "patchbuild/decide/coroutines.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {

namespace {

// The coroutine's own name; empty for another function.
std::string_view coroutineOf(std::string_view part) {
  for (const std::string_view suffix : {".resume", ".destroy", ".cleanup"})
    if (part.ends_with(suffix))
      return part.substr(0, part.size() - suffix.size());
  return {};
}

bool holds(const std::vector<std::string> &names, const std::string &name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

bool isCoroutinePart(const MapFunction &function) {
  return function.linkage == Linkage::Internal && !coroutineOf(function.name).empty();
}

void replaceCreatorsOfCoroutines(Deciding &deciding) {
  for (ComparedUnit &unit : deciding.comparison.units) {
    // A creator may itself be a part of another coroutine: then that one's creators follow.
    for (bool more = true; more;) {
      more = false;
      for (const auto &[part, changed] : unit.functions) {
        if (!isCoroutinePart(*changed.now) || changed.state == FunctionState::New || !changed.isReplaced())
          continue;
        for (auto &[name, function] : unit.functions) {
          if (function.state != FunctionState::Unchanged || function.isReplaced() || !holds(function.now->uses, part))
            continue;
          function.because.push_back(fmt::format("coroutine {}", part));
          more = true;
        }
      }
    }
    for (const auto &[part, changed] : unit.functions)
      if (part.ends_with(".resume") && isCoroutinePart(*changed.now) && changed.state != FunctionState::New &&
          changed.isReplaced())
        deciding.warn("coroutine-kept", std::string(coroutineOf(part)), changed.now->place,
                      fmt::format("{} is a coroutine: those that are suspended now go on with the old code, new ones "
                                  "run the new",
                                  coroutineOf(part)));
  }
}

} // namespace livepatch

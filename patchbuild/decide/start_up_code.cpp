#include "patchbuild/decide/start_up_code.h"

#include <algorithm>
#include <map>
#include <vector>

namespace livepatch {

namespace {

struct Caller {
  const MapFunction *function = nullptr;
  bool again = false; // calls it in a loop or behind one
};

class Search {
public:
  Search(const BaseIndex &index, const std::set<std::string> &exported) : exported_(exported) {
    const std::vector<MapUnit> &units = index.map().units;
    for (std::size_t unit = 0; unit < units.size(); ++unit) {
      for (const MapFunction &function : units[unit].functions)
        enter(index, unit, function);
      for (const MapVariable &variable : units[unit].variables)
        for (const std::string &name : variable.uses)
          if (const MapFunction *used = resolve(index, unit, name))
            held_.insert(used);
    }
  }

  std::set<const MapFunction *> run() {
    for (bool more = true; more;) {
      more = false;
      for (const auto &[function, callers] : callers_)
        if (!found_.contains(function) && onlyFromTheStart(*function, callers)) {
          found_.insert(function);
          more = true;
        }
    }
    return std::move(found_);
  }

private:
  static const MapFunction *resolve(const BaseIndex &index, std::size_t unit, const std::string &name) {
    const BaseSymbol *symbol = index.inUnit(unit, name);
    if (!symbol || (!symbol->address() && symbol->linkage() != Linkage::Internal))
      if (const BaseSymbol *other = index.external(name))
        symbol = other;
    return symbol ? symbol->function : nullptr;
  }

  // By what the source calls: what was inlined is called, too.
  void enter(const BaseIndex &index, std::size_t unit, const MapFunction &function) {
    for (const std::string &name : function.calls) {
      const MapFunction *callee = resolve(index, unit, name);
      if (!callee || callee == &function)
        continue;
      const bool again = std::binary_search(function.repeats.begin(), function.repeats.end(), name);
      callers_[callee].push_back({&function, again});
    }
  }

  static bool isRoot(const MapFunction &function) { return function.name == "main" || function.has("constructor"); }

  bool onlyFromTheStart(const MapFunction &function, const std::vector<Caller> &callers) const {
    if (isRoot(function) || function.has("address-taken") || held_.contains(&function) ||
        exported_.contains(function.name))
      return false;
    return std::all_of(callers.begin(), callers.end(), [&](const Caller &caller) {
      return !caller.again && (isRoot(*caller.function) || found_.contains(caller.function));
    });
  }

  const std::set<std::string> &exported_;
  std::map<const MapFunction *, std::vector<Caller>> callers_;
  std::set<const MapFunction *> held_, found_;
};

} // namespace

std::set<const MapFunction *> startUpOnly(const BaseIndex &index, const std::set<std::string> &exported) {
  return Search(index, exported).run();
}

} // namespace livepatch

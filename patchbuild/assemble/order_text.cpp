#include "patchbuild/assemble/order_text.h"

#include <nlohmann/json.hpp>

namespace livepatch {

std::string printOrder(const UnitOrder &order) {
  using nlohmann::ordered_json;
  ordered_json define = ordered_json::object();
  for (const auto &[name, definition] : order.define) {
    ordered_json entry{{"as", definition.as}};
    if (!definition.identity.empty())
      entry["identity"] = definition.identity;
    if (definition.exported)
      entry["export"] = true;
    define[name] = std::move(entry);
  }
  const ordered_json root{{"extract", 1},
                          {"unit", order.unit->id},
                          {"define", std::move(define)},
                          {"internal", order.internal},
                          {"external", order.external},
                          {"rename", order.rename}};
  return root.dump(1) + "\n";
}

} // namespace livepatch

#include "runtime/linux/loader_scope.h"

#include "runtime/core/link_map_fields.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

namespace livepatch {
namespace {

// Bounds for what a damaged target can make us read.
constexpr std::size_t mostLists = 4096, mostEntries = 4096;

class ScopeReader {
public:
  ScopeReader(const ModuleList &list, const TargetMemory &memory) : memory_(memory) {
    for (std::size_t i = 0; i < list.modules.size(); ++i)
      byLinkMap_[list.modules[i].linkMap.value] = i;
  }

  // The modules of l_scope's lists, in order; nullopt: they cannot be read. The program may load a library in between:
  // what the list of modules does not have is passed over.
  [[nodiscard]] std::optional<std::vector<std::size_t>> scopeOf(RuntimeAddr linkMap, const ScopeFields &fields) const {
    std::vector<std::size_t> order;
    auto scopes = memory_.readWord(linkMap + fields.scopes);
    if (!scopes || *scopes == 0)
      return std::nullopt;
    for (std::size_t i = 0; i < mostLists; ++i) {
      auto list = memory_.readWord(RuntimeAddr{*scopes} + i * sizeof(std::uint64_t));
      if (!list)
        return std::nullopt;
      if (*list == 0)
        break;
      if (!append({*list}, order))
        return std::nullopt;
    }
    return order.empty() ? std::nullopt : std::optional(std::move(order));
  }

private:
  // struct r_scope_elem { struct link_map **r_list; unsigned int r_nlist; }
  [[nodiscard]] bool append(RuntimeAddr element, std::vector<std::size_t> &order) const {
    auto first = memory_.readWord(element), count = memory_.readWord(element + sizeof(std::uint64_t));
    if (!first || !count)
      return false;
    const auto entries = static_cast<std::uint32_t>(*count);
    if (entries > mostEntries)
      return false;
    for (std::size_t i = 0; i < entries; ++i) {
      auto linkMap = memory_.readWord(RuntimeAddr{*first} + i * sizeof(std::uint64_t));
      if (!linkMap)
        return false;
      if (const auto module = byLinkMap_.find(*linkMap); module != byLinkMap_.end())
        order.push_back(module->second);
    }
    return true;
  }

  const TargetMemory &memory_;
  std::map<std::uint64_t, std::size_t> byLinkMap_;
};

} // namespace

std::vector<std::size_t> lookupOrder(const ModuleList &list, const TargetMemory &memory,
                                     const std::vector<std::size_t> &users) {
  std::vector<std::size_t> order;
  const RuntimeAddr executable = list.modules.front().linkMap;
  std::optional<ScopeFields> fields;
  if (executable.value != 0)
    fields = findScopeFields(memory.readSparse(executable, linkMapBytes), executable);
  const ScopeReader reader(list, memory);
  for (const std::size_t user : users) {
    const auto scope = fields ? reader.scopeOf(list.modules[user].linkMap, *fields) : std::nullopt;
    if (!scope) {
      order.resize(list.modules.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      return order;
    }
    for (const std::size_t module : *scope)
      if (std::find(order.begin(), order.end(), module) == order.end())
        order.push_back(module);
  }
  return order;
}

} // namespace livepatch

#include "patchbuild/source/base_contents.h"

#include "patchbuild/source/file_text.h"
#include "patchbuild/source/paths.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <map>
#include <optional>
#include <unordered_map>

namespace livepatch {
namespace {

// Base texts that do not stand on the disk, under the real names of their files.
class TextsOfChange {
public:
  TextsOfChange(const BaseTree &tree, const SourceChange &change) : tree_(tree) {
    for (const auto *files : {&change.changed, &change.overlayOnly})
      for (const ChangedFile &file : *files)
        texts_.emplace(tree.realPath(file.path), &file.oldText);
  }

  [[nodiscard]] std::optional<std::string> baseText(const std::string &path) const {
    if (const auto known = texts_.find(tree_.realPath(path)); known != texts_.end())
      return *known->second;
    Result<std::string> text = readFileText(path);
    return text.ok() ? std::optional(std::move(*text)) : std::nullopt;
  }

private:
  const BaseTree &tree_;
  std::unordered_map<std::string, const std::optional<std::string> *> texts_;
};

} // namespace

std::string sourceHash(std::string_view text) {
  return fmt::format("{:016x}", XXH64(text.data(), text.size(), 0));
}

std::vector<OtherText> otherTexts(const Map &map, const BaseTree &tree, const SourceChange &change) {
  // File -> hash -> units. Nearly always one hash: a header that was generated twice in one build has two.
  std::map<std::string, std::map<std::string, std::set<std::size_t>>> recorded;
  for (std::size_t index = 0; index < map.units.size(); ++index) {
    const MapUnit &unit = map.units[index];
    for (std::size_t i = 0; i < unit.contents.size(); ++i)
      if (!unit.contents[i].empty())
        recorded[tree.here(normalPath(unit.files[i], unit.directory))][unit.contents[i]].insert(index);
  }
  const TextsOfChange texts(tree, change);
  std::vector<OtherText> others;
  for (const auto &[path, hashes] : recorded) {
    const std::optional<std::string> text = texts.baseText(path);
    if (!text)
      continue;
    OtherText other{path, {}};
    const std::string now = sourceHash(*text);
    for (const auto &[hash, units] : hashes)
      if (hash != now)
        other.units.insert(units.begin(), units.end());
    if (!other.units.empty())
      others.push_back(std::move(other));
  }
  return others;
}

} // namespace livepatch

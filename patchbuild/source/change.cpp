#include "patchbuild/source/change.h"

#include "patchbuild/source/paths.h"
#include "patchbuild/source/readers.h"
#include "patchbuild/source/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace livepatch {
namespace {

Result<std::string> sourceRoot(const std::string &recordedRoot, const std::optional<std::string> &given) {
  std::error_code ignored;
  if (given) {
    if (!std::filesystem::is_directory(*given, ignored))
      return error(Fault::Usage, fmt::format("the source root {} is not a directory", *given));
    return normalPath(*given);
  }
  if (!std::filesystem::is_directory(recordedRoot, ignored))
    return error(Fault::NotFound,
                 fmt::format("the sources that the target was built from are no longer in {}", recordedRoot),
                 "say with --source-root where they are now");
  return recordedRoot;
}

Result<SourceChange> dispatch(const BaseTree &tree, const ChangeInput &input, const std::string &scratch) {
  if (!input.patchFiles.empty())
    return readPatchFiles(tree, input.patchFiles, scratch);
  if (input.newTree)
    return readNewTree(tree, *input.newTree);
  if (input.oldRevision && input.newRevision)
    return readRevisions(tree, *input.oldRevision, *input.newRevision);
  return error(Fault::Usage, "nothing says what has changed",
               "give --patch FILE, --new-tree DIR, or --old-rev REV with --new-rev REV");
}

bool isFile(const std::string &path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

// What the folder `root` was called when the target was compiled. Itself, when the recorded sources are in it (then it
// only says from where names are counted); else the recorded folder that it has taken the place of.
Result<std::string> recordedCounterpart(const Map &map, const std::string &recordedRoot, const std::string &root) {
  for (const MapUnit &unit : map.units)
    if (isBelow(unit.sourcePath(), root) && isFile(unit.sourcePath()))
      return root;
  for (std::filesystem::path top = recordedRoot;; top = top.parent_path()) {
    for (const MapUnit &unit : map.units) {
      const std::string source = unit.sourcePath();
      if (isBelow(source, top.string()) && isFile(root + "/" + relativeTo(source, top.string())))
        return top.string();
    }
    if (top == top.root_path())
      break;
  }
  return error(Fault::Usage,
               fmt::format("the source root {} has none of the sources that the target was built from (for example "
                           "{})",
                           root, map.units.empty() ? "none at all" : map.units.front().sourcePath()),
               "give the folder in which the target's own sources are now");
}

// What no compile can read needs no overlay and no alignment; it is only named.
void setOthersApart(const BaseTree &tree, SourceChange &change) {
  for (std::string &path : change.otherFiles)
    path = relativeTo(path, change.root);
  std::erase_if(change.changed, [&](const ChangedFile &file) {
    const bool other = !tree.concerns(file.path);
    if (other)
      change.otherFiles.push_back(file.relativePath);
    return other;
  });
  std::sort(change.otherFiles.begin(), change.otherFiles.end());
}

} // namespace

Result<SourceChange> readChange(const Map &map, const ChangeInput &input, const std::string &scratch) {
  const std::string recorded = recordedSourceRoot(map);
  LP_TRY_ASSIGN(const std::string root, sourceRoot(recorded, input.sourceRoot));
  LP_TRY_ASSIGN(const std::string counterpart, recordedCounterpart(map, recorded, root));
  const BaseTree tree(map, root, counterpart, input.sourceRoot.has_value());

  LP_TRY_ASSIGN(SourceChange change, dispatch(tree, input, scratch));
  change.root = tree.root();
  change.recordedRoot = tree.recordedRoot();
  for (std::vector<ChangedFile> *files : {&change.changed, &change.overlayOnly}) {
    for (ChangedFile &file : *files)
      file.relativePath = relativeTo(file.path, change.root);
    std::sort(files->begin(), files->end(),
              [](const ChangedFile &a, const ChangedFile &b) { return a.relativePath < b.relativePath; });
  }
  std::erase_if(change.changed, [](const ChangedFile &file) { return file.oldText == file.newText; });
  setOthersApart(tree, change);
  return change;
}

} // namespace livepatch

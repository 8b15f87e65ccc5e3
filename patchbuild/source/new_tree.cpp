// A change given as a second source tree.
#include "patchbuild/source/build_inputs.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/source/first_few.h"
#include "patchbuild/source/paths.h"
#include "patchbuild/source/readers.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace livepatch {
namespace {

namespace fs = std::filesystem;

bool isFile(const std::string &path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool sameContents(const std::string &a, const std::string &b) {
  std::error_code failureA, failureB;
  const auto sizeA = fs::file_size(a, failureA), sizeB = fs::file_size(b, failureB);
  if (failureA || failureB || sizeA != sizeB)
    return false;
  const auto textA = readFileText(a), textB = readFileText(b);
  return textA.ok() && textB.ok() && *textA == *textB;
}

// Every source file of the new tree, relative to its top: new ones are found only so. And what the build may make
// sources of; of the rest there may be very much.
Result<std::set<std::string>> filesOf(const std::string &top, const BuildInputNames &inputs) {
  std::set<std::string> result;
  std::error_code failure;
  fs::recursive_directory_iterator at(top, fs::directory_options::skip_permission_denied, failure), end;
  while (!failure && at != end) {
    const std::string name = at->path().filename().string();
    std::error_code ignored;
    if (at->is_directory(ignored) && (name == ".git" || name == ".svn" || name == ".hg"))
      at.disable_recursion_pending();
    else if ((isSourceName(name) || inputs.kindOf(name) != BuildInputNames::Kind::Other) &&
             at->is_regular_file(ignored))
      result.insert(relativeTo(at->path().lexically_normal().string(), top));
    at.increment(failure);
  }
  if (failure)
    return error(Fault::Io, fmt::format("cannot read the new tree {}: {}", top, failure.message()));
  return result;
}

// Which folder of the base tree the new tree corresponds to: of the root and the folders around it, the one under which
// most of the files that were compiled are in the new tree as well.
std::string correspondingFolder(const BaseTree &tree, const std::string &top) {
  std::vector<std::string> candidates = {tree.root()};
  candidates.insert(candidates.end(), tree.foldersAbove().begin(), tree.foldersAbove().end());
  candidates.insert(candidates.end(), tree.foldersBelow().begin(), tree.foldersBelow().end());
  std::string best;
  std::size_t most = 0;
  for (const std::string &folder : candidates) {
    const auto found =
        static_cast<std::size_t>(std::count_if(tree.files().begin(), tree.files().end(), [&](const std::string &file) {
          return isBelow(file, folder) && isFile(top + "/" + relativeTo(file, folder)) && isFile(file);
        }));
    if (found > most)
      best = folder;
    most = std::max(most, found);
  }
  return best;
}

} // namespace

Result<SourceChange> readNewTree(const BaseTree &tree, const std::string &newTree) {
  const std::string top = normalPath(newTree);
  std::error_code ignored;
  if (!fs::is_directory(top, ignored))
    return error(Fault::Usage, fmt::format("the new tree {} is not a directory", newTree));
  const std::string base = correspondingFolder(tree, top);
  if (base.empty())
    return error(
        Fault::Usage,
        fmt::format("the new tree {} has none of the files that the target was built from in {}", newTree, tree.root()),
        "give the folder that corresponds to it, or say with --source-root which folder the new tree "
        "corresponds to");
  LP_TRY_ASSIGN(std::set<std::string> names, filesOf(top, BuildInputNames(tree)));
  for (const std::string &file : tree.files())
    if (isBelow(file, base) && !isBelow(file, top))
      names.insert(relativeTo(file, base));

  SourceChange change;
  std::set<std::string> missing;
  for (const std::string &name : names) {
    const std::string oldPath = base + "/" + name, newPath = top + "/" + name;
    const bool before = isFile(oldPath), after = isFile(newPath);
    if (before && !after)
      missing.insert(name);
    if (before && after && tree.isRead(oldPath))
      change.versioned.insert(oldPath);
    if (!after || (before && sameContents(oldPath, newPath)))
      continue;
    if (!tree.concerns(oldPath)) {
      change.otherFiles.push_back(oldPath);
      continue;
    }
    ChangedFile file{oldPath, {}, {}, {}};
    if (before) {
      LP_TRY_ASSIGN(file.oldText, readFileText(oldPath));
    }
    LP_TRY_ASSIGN(file.newText, readFileText(newPath));
    change.changed.push_back(std::move(file));
  }
  // What a build generates in the tree (config.h, version headers, parsers) is not in a tree that was never built.
  if (!missing.empty())
    change.notes.push_back(fmt::format("not in the new tree, taken as generated and unchanged: {}", firstFew(missing)));
  return change;
}

} // namespace livepatch

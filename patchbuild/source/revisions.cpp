// A change given as two git revisions. The user's repository is only read.
#include "patchbuild/compile/program.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/source/lines.h"
#include "patchbuild/source/paths.h"
#include "patchbuild/source/readers.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <set>

namespace livepatch {
namespace {

namespace fs = std::filesystem;

class Repository {
public:
  [[nodiscard]] static Result<Repository> holding(const std::string &directory);

  [[nodiscard]] const std::string &top() const { return top_; }
  [[nodiscard]] Result<std::string> commit(const std::string &revision) const;
  // Path -> status letter. Without `to`: against the working tree.
  [[nodiscard]] Result<std::map<std::string, char>> differences(const std::string &from, const std::string &to) const;
  [[nodiscard]] Result<std::vector<std::string>> files(const std::string &commit) const;
  [[nodiscard]] Result<std::string> text(const std::string &commit, const std::string &path) const;

private:
  explicit Repository(std::string top) : top_(std::move(top)) {}
  [[nodiscard]] static Result<ProgramOutcome> git(const std::string &directory, std::vector<std::string> arguments) {
    // A user's configuration must not turn the reading into something else.
    arguments.insert(arguments.begin(), {"git", "-C", directory, "-c", "core.quotePath=false", "-c",
                                         "core.fsmonitor=false", "--no-pager", "--literal-pathspecs"});
    return runProgram({std::move(arguments), {}, {}});
  }
  std::string top_;
};

Result<Repository> Repository::holding(const std::string &directory) {
  LP_TRY_ASSIGN(const ProgramOutcome outcome, git(directory, {"rev-parse", "--show-toplevel"}));
  if (!outcome.succeeded())
    return error(Fault::Usage,
                 fmt::format("the sources in {} are not in a git repository: {}", directory, lineBody(outcome.errors)),
                 "name the repository with --source-root, or give the change with --patch or --new-tree");
  return Repository(std::string(lineBody(outcome.output)));
}

Result<std::string> Repository::commit(const std::string &revision) const {
  // Never let a revision be taken for an option.
  if (revision.empty() || revision.front() == '-')
    return error(Fault::Usage, fmt::format("\"{}\" is not a git revision", revision));
  LP_TRY_ASSIGN(const ProgramOutcome outcome,
                git(top_, {"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"}));
  if (!outcome.succeeded())
    return error(Fault::Usage, fmt::format("git knows no revision \"{}\" in {}", revision, top_),
                 "fetch it, or look at `git log` for what there is");
  return std::string(lineBody(outcome.output));
}

Result<std::map<std::string, char>> Repository::differences(const std::string &from, const std::string &to) const {
  std::vector<std::string> arguments = {"diff",          "--name-status",           "-z", "--no-renames",
                                        "--no-ext-diff", "--ignore-submodules=all", from};
  if (!to.empty())
    arguments.push_back(to);
  arguments.push_back("--");
  LP_TRY_ASSIGN(const ProgramOutcome outcome, git(top_, std::move(arguments)));
  if (!outcome.succeeded())
    return error(Fault::Io, fmt::format("git diff failed in {}: {}", top_, lineBody(outcome.errors)));
  // STATUS NUL PATH NUL ...
  std::map<std::string, char> result;
  std::string_view rest = outcome.output;
  const auto field = [&rest] {
    const auto end = rest.find('\0');
    const std::string_view value = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return value;
  };
  while (!rest.empty()) {
    const std::string_view status = field();
    const std::string_view path = field();
    if (status.empty() || path.empty())
      return error(Fault::Internal, "cannot read git's list of changed files");
    result.emplace(path, status.front());
  }
  return result;
}

Result<std::vector<std::string>> Repository::files(const std::string &commit) const {
  LP_TRY_ASSIGN(const ProgramOutcome outcome, git(top_, {"ls-tree", "-r", "-z", "--full-tree", "--name-only", commit}));
  if (!outcome.succeeded())
    return error(Fault::Io, fmt::format("git ls-tree failed in {}: {}", top_, lineBody(outcome.errors)));
  std::vector<std::string> names;
  for (std::size_t begin = 0, end = 0; (end = outcome.output.find('\0', begin)) != std::string::npos; begin = end + 1)
    names.push_back(outcome.output.substr(begin, end - begin));
  return names;
}

Result<std::string> Repository::text(const std::string &commit, const std::string &path) const {
  LP_TRY_ASSIGN(ProgramOutcome outcome, git(top_, {"cat-file", "blob", commit + ":" + path}));
  if (!outcome.succeeded())
    return error(Fault::Io, fmt::format("git cannot read {} of revision {}: {}", path, commit.substr(0, 12),
                                        lineBody(outcome.errors)));
  return std::move(outcome.output);
}

// The root may lie above the repository where a build folder lies beside it.
Result<Repository> repositoryOf(const BaseTree &tree) {
  auto repository = Repository::holding(tree.root());
  for (const std::string &folder : tree.foldersBelow()) {
    if (repository.ok())
      break;
    if (auto below = Repository::holding(folder); below.ok())
      return below;
  }
  return repository;
}

bool isOnDisk(const std::string &path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

} // namespace

Result<SourceChange> readRevisions(const BaseTree &tree, const std::string &oldRevision,
                                   const std::string &newRevision) {
  LP_TRY_ASSIGN(const Repository repository, repositoryOf(tree));
  SourceChange change;
  LP_TRY_ASSIGN(change.oldRevision, repository.commit(oldRevision));
  LP_TRY_ASSIGN(change.newRevision, repository.commit(newRevision));
  LP_TRY_ASSIGN(const auto between, repository.differences(change.oldRevision, change.newRevision));
  LP_TRY_ASSIGN(const auto workingTree, repository.differences(change.newRevision, {}));

  // git names its files by the real path of the repository; the map may know the tree through a symbolic link.
  const std::string prefix = tree.realPath(tree.root());
  const auto pathOf = [&](const std::string &name) {
    const std::string real = normalPath(name, repository.top());
    return isBelow(real, prefix) ? tree.root() + real.substr(prefix.size()) : real;
  };
  for (const auto &[name, status] : between) {
    ChangedFile file{pathOf(name), {}, {}, {}};
    if (!tree.concerns(file.path)) {
      change.otherFiles.push_back(file.path);
      continue;
    }
    if (status != 'A') {
      LP_TRY_ASSIGN(file.oldText, repository.text(change.oldRevision, name));
    }
    if (status != 'D') {
      LP_TRY_ASSIGN(file.newText, repository.text(change.newRevision, name));
    }
    change.changed.push_back(std::move(file));
  }
  for (const auto &[name, status] : workingTree) {
    ChangedFile file{pathOf(name), {}, {}, {}};
    if (between.count(name) || !tree.concerns(file.path))
      continue;
    // 'A' here: in the index or the working tree, but not in the new revision (nor, being no change, in the old).
    if (status == 'A') {
      if (!isOnDisk(file.path))
        continue;
    } else {
      LP_TRY_ASSIGN(file.newText, repository.text(change.newRevision, name));
      file.oldText = file.newText;
    }
    change.overlayOnly.push_back(std::move(file));
  }
  LP_TRY_ASSIGN(const std::vector<std::string> files, repository.files(change.oldRevision));
  for (const std::string &name : files)
    if (std::string path = pathOf(name); tree.isRead(path))
      change.versioned.insert(std::move(path));
  return change;
}

} // namespace livepatch

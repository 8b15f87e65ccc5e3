// A change given as a patch file: applied by `patch` to copies of the files that it touches.
#include "patchbuild/compile/program.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/source/lines.h"
#include "patchbuild/source/patch_sections.h"
#include "patchbuild/source/paths.h"
#include "patchbuild/source/readers.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <set>
#include <tuple>

namespace livepatch {
namespace {

namespace fs = std::filesystem;

bool exists(const std::string &path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

// What the earlier patches of a series have made of files, by path; nothing where they have removed one.
using Patched = std::map<std::string, std::optional<std::string>>;

bool exists(const Patched &patched, const std::string &path) {
  const auto found = patched.find(path);
  return found == patched.end() ? exists(path) : found->second.has_value();
}

// Where the names of the patch begin: `directory`, after so many components are taken away.
struct Fit {
  std::string directory;
  unsigned strip = 0;
  std::vector<std::string> missing; // files to be changed that are not there, and new ones without a folder
  std::size_t missingToChange = 0;  // of these: the first kind

  // New files say little: with enough components taken away they fit in any folder.
  [[nodiscard]] bool isBetterThan(const Fit &other) const {
    return std::tuple(missingToChange, missing.size()) < std::tuple(other.missingToChange, other.missing.size());
  }
};

// The name without "..": `patch` refuses such names too, and a copy must stay inside the scratch folder.
std::optional<std::string> safeName(const std::optional<std::string> &name, unsigned strip) {
  if (!name)
    return std::nullopt;
  auto stripped = stripComponents(*name, strip);
  if (!stripped || stripped->starts_with('/'))
    return std::nullopt;
  for (const fs::path &part : fs::path(*stripped))
    if (part == "..")
      return std::nullopt;
  return stripped;
}

// The names of a section below `directory`. Of two that differ the one that is there counts, as for patch(1):
// "x.c.orig" and "x.c" are one file.
struct Names {
  std::optional<std::string> before, after;
};
Names namesOf(const Patched &patched, const PatchSection &section, const std::string &directory, unsigned strip) {
  Names names{safeName(section.oldName, strip), safeName(section.newName, strip)};
  const auto isThere = [&](const std::string &name) { return exists(patched, normalPath(name, directory)); };
  if (names.before && names.after && !isThere(*names.before) && isThere(*names.after))
    names.before = names.after;
  return names;
}

Fit tryFit(const Patched &patched, const std::vector<PatchSection> &sections, const std::string &directory,
           unsigned strip) {
  Fit fit;
  fit.directory = directory;
  fit.strip = strip;
  for (const PatchSection &section : sections) {
    const Names names = namesOf(patched, section, directory, strip);
    const auto &name = section.oldName ? names.before : names.after;
    const std::size_t before = fit.missing.size();
    if (!name)
      fit.missing.push_back(section.oldName.value_or(section.newName.value_or("")));
    else if (section.oldName && !exists(patched, normalPath(*name, directory)))
      fit.missing.push_back(*name);
    // Only a new file: its folder tells where it belongs.
    else if (!section.oldName && !fs::is_directory(fs::path(directory + "/" + *name).parent_path()))
      fit.missing.push_back(*name);
    if (section.oldName)
      fit.missingToChange += fit.missing.size() - before;
  }
  return fit;
}

// -p1 first, as git and most tools write.
void improve(std::optional<Fit> &best, const Patched &patched, const std::vector<PatchSection> &sections,
             const std::string &folder) {
  for (unsigned strip : {1u, 0u, 2u, 3u}) {
    if (best && best->missing.empty())
      return;
    Fit fit = tryFit(patched, sections, folder, strip);
    if (!best || fit.isBetterThan(*best))
      best = std::move(fit);
  }
}

// From the root; from its parents, for a patch of the whole project when only a folder of it was built into the target;
// at last from folders below, where the patch is of a part of the project: but only if there is one that it fits.
Result<Fit> bestFit(const Patched &patched, const std::vector<PatchSection> &sections, const BaseTree &tree,
                    const std::string &patchFile) {
  std::optional<Fit> best;
  improve(best, patched, sections, tree.root());
  for (const std::string &folder : tree.foldersAbove())
    improve(best, patched, sections, folder);
  if (best->missing.empty())
    return *best;
  std::optional<Fit> below;
  for (const std::string &folder : tree.foldersBelow()) {
    std::optional<Fit> fit;
    improve(fit, patched, sections, folder);
    if (!fit->missing.empty())
      continue;
    if (below)
      return error(Fault::Usage,
                   fmt::format("the names in {} fit in {} as well as in {}", patchFile, below->directory, folder),
                   "say with --source-root from which folder they are counted");
    below = std::move(fit);
  }
  return below ? *below : *best;
}

// What `patch` said about the first file that it failed on: "patching file X" with "Hunk #1 FAILED at 12."
std::string failureOf(const std::string &output) {
  std::string file, failures;
  for (std::string_view line : splitLines(output)) {
    line = lineBody(line);
    const bool failed = line.find("FAILED") != std::string_view::npos;
    if (line.starts_with("patching file ") || line.starts_with("checking file "))
      file = line.substr(14);
    else if (failed || line.starts_with("patch:") || line.find("malformed") != std::string_view::npos ||
             line.find("previously applied") != std::string_view::npos)
      failures += fmt::format("{}{}{}", failures.empty() ? "" : "; ", failed ? file + ": " : "", line);
  }
  return failures.empty() ? std::string(lineBody(output.substr(0, output.find('\n')))) : failures;
}

Result<ProgramOutcome> runPatch(const std::string &copies, unsigned strip, const std::string &text, bool reverseTest) {
  ProgramRun run{
      {"patch", fmt::format("-p{}", strip), "--batch", "--no-backup-if-mismatch", "--reject-file=-"}, copies, text};
  run.arguments.push_back(reverseTest ? "--reverse" : "--forward");
  if (reverseTest)
    run.arguments.push_back("--dry-run");
  return runProgram(run);
}

// Applies one patch to copies in `copies`, and enters what came of them. Returns what was passed over, in words.
Result<std::vector<std::string>> applyPatch(const BaseTree &tree, const std::string &patchFile,
                                            const std::string &copies, Patched &patched) {
  LP_TRY_ASSIGN(const std::string text, readFileText(patchFile));
  LP_TRY_ASSIGN(const std::vector<PatchSection> sections, splitPatch(text, patchFile));
  LP_TRY_ASSIGN(const Fit fit, bestFit(patched, sections, tree, patchFile));

  std::vector<std::string> notes;
  std::string kept;
  std::set<std::string> names;
  const std::set<std::string> missing(fit.missing.begin(), fit.missing.end());
  for (const PatchSection &section : sections) {
    const auto [oldName, newName] = namesOf(patched, section, fit.directory, fit.strip);
    const std::string name = oldName ? *oldName : newName.value_or(section.oldName.value_or(""));
    if (section.binary || missing.count(name)) {
      // A source tree as it was shipped may lack tests or documents that the patch also changes; code it may not.
      if (isSourceName(name) && !section.binary)
        return error(Fault::Usage,
                     fmt::format("{} changes {}, which is not in the source tree {}", patchFile, name, tree.root()),
                     "name the top of the target's sources with --source-root");
      notes.push_back(fmt::format("the patch's part for {} is passed over: {}", name,
                                  section.binary ? "it is binary" : "there is no such file"));
      continue;
    }
    kept += section.text;
    if (oldName)
      names.insert(*oldName);
    if (newName)
      names.insert(*newName);
  }
  if (names.empty())
    return notes;

  fs::create_directories(copies);
  for (const std::string &name : names) {
    const std::string path = normalPath(name, fit.directory);
    if (!exists(patched, path))
      continue;
    std::string before;
    if (const auto known = patched.find(path); known != patched.end()) {
      before = *known->second;
    } else {
      LP_TRY_ASSIGN(before, readFileText(path));
    }
    LP_TRY(writeFileText(copies + "/" + name, before));
  }
  LP_TRY_ASSIGN(const ProgramOutcome outcome, runPatch(copies, fit.strip, kept, false));
  if (!outcome.succeeded()) {
    LP_TRY_ASSIGN(const ProgramOutcome backward, runPatch(copies, fit.strip, kept, true));
    return error(Fault::Mismatch,
                 fmt::format("{} does not fit the sources in {}: {}", patchFile, fit.directory,
                             failureOf(outcome.output + outcome.errors)),
                 backward.succeeded() ? "the tree already contains this patch; give the tree that the target was "
                                        "built from"
                                      : "give the patch against the very sources that the target was built from");
  }
  if (outcome.output.find("with fuzz") != std::string::npos)
    notes.push_back("the patch fits only with fuzz; look at what it changes");

  for (const std::string &name : names) {
    std::optional<std::string> &after = patched[normalPath(name, fit.directory)];
    after.reset();
    if (!exists(copies + "/" + name))
      continue;
    LP_TRY_ASSIGN(after, readFileText(copies + "/" + name));
  }
  return notes;
}

} // namespace

Result<SourceChange> readPatchFiles(const BaseTree &tree, const std::vector<std::string> &patchFiles,
                                    const std::string &scratch) {
  SourceChange change;
  Patched patched;
  for (std::size_t number = 0; number < patchFiles.size(); ++number) {
    LP_TRY_ASSIGN(const std::vector<std::string> notes,
                  applyPatch(tree, patchFiles[number], fmt::format("{}/patched-{}", scratch, number), patched));
    change.notes.insert(change.notes.end(), notes.begin(), notes.end());
  }
  for (auto &[path, text] : patched) {
    ChangedFile file{path, {}, {}, std::move(text)};
    if (exists(path)) {
      LP_TRY_ASSIGN(file.oldText, readFileText(path));
    }
    change.changed.push_back(std::move(file));
  }
  return change;
}

} // namespace livepatch

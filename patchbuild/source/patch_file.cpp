// A change given as a patch file: applied by `patch` to copies of the files that it touches.
#include "patchbuild/compile/program.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/source/lines.h"
#include "patchbuild/source/patch_sections.h"
#include "patchbuild/source/paths.h"
#include "patchbuild/source/readers.h"

#include <fmt/format.h>

#include <filesystem>
#include <set>

namespace livepatch {
namespace {

namespace fs = std::filesystem;

bool exists(const std::string& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

// Where the names of the patch begin: `directory`, after so many components are taken away.
struct Fit {
    std::string directory;
    unsigned strip = 0;
    std::vector<std::string> missing; // files to be changed that are not there
};

// The name without "..": `patch` refuses such names too, and a copy must stay inside the scratch folder.
std::optional<std::string> safeName(const std::optional<std::string>& name, unsigned strip) {
    if (!name)
        return std::nullopt;
    auto stripped = stripComponents(*name, strip);
    if (!stripped || stripped->starts_with('/'))
        return std::nullopt;
    for (const fs::path& part : fs::path(*stripped))
        if (part == "..")
            return std::nullopt;
    return stripped;
}

Fit tryFit(const std::vector<PatchSection>& sections, const std::string& directory, unsigned strip) {
    Fit fit{directory, strip, {}};
    for (const PatchSection& section : sections) {
        const auto name = safeName(section.oldName ? section.oldName : section.newName, strip);
        if (!name)
            fit.missing.push_back(section.oldName.value_or(section.newName.value_or("")));
        else if (section.oldName && !exists(directory + "/" + *name))
            fit.missing.push_back(*name);
        // Only a new file: its folder tells where it belongs.
        else if (!section.oldName && !fs::is_directory(fs::path(directory + "/" + *name).parent_path()))
            fit.missing.push_back(*name);
    }
    return fit;
}

// -p1 first, as git and most tools write.
void improve(std::optional<Fit>& best, const std::vector<PatchSection>& sections, const std::string& folder) {
    for (unsigned strip : {1u, 0u, 2u, 3u}) {
        if (best && best->missing.empty())
            return;
        Fit fit = tryFit(sections, folder, strip);
        if (!best || fit.missing.size() < best->missing.size())
            best = std::move(fit);
    }
}

// From the root; from its parents, for a patch of the whole project when only a folder of it was built into the target;
// at last from folders below, where the patch is of a part of the project: but only if there is one that it fits.
Result<Fit> bestFit(const std::vector<PatchSection>& sections, const BaseTree& tree, const std::string& patchFile) {
    std::optional<Fit> best;
    improve(best, sections, tree.root());
    for (const std::string& folder : tree.foldersAbove())
        improve(best, sections, folder);
    if (best->missing.empty())
        return *best;
    std::optional<Fit> below;
    for (const std::string& folder : tree.foldersBelow()) {
        std::optional<Fit> fit;
        improve(fit, sections, folder);
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
std::string failureOf(const std::string& output) {
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

Result<ProgramOutcome> runPatch(const std::string& copies, unsigned strip, const std::string& text, bool reverseTest) {
    ProgramRun run{
        {"patch", fmt::format("-p{}", strip), "--batch", "--no-backup-if-mismatch", "--reject-file=-"}, copies, text};
    run.arguments.push_back(reverseTest ? "--reverse" : "--forward");
    if (reverseTest)
        run.arguments.push_back("--dry-run");
    return runProgram(run);
}

} // namespace

Result<SourceChange> readPatchFile(const BaseTree& tree, const std::string& patchFile, const std::string& scratch) {
    LP_TRY_ASSIGN(const std::string text, readFileText(patchFile));
    LP_TRY_ASSIGN(const std::vector<PatchSection> sections, splitPatch(text, patchFile));
    LP_TRY_ASSIGN(const Fit fit, bestFit(sections, tree, patchFile));

    SourceChange change;
    std::string kept;
    std::set<std::string> names;
    const std::set<std::string> missing(fit.missing.begin(), fit.missing.end());
    for (const PatchSection& section : sections) {
        const auto oldName = safeName(section.oldName, fit.strip), newName = safeName(section.newName, fit.strip);
        const std::string name = oldName ? *oldName : newName.value_or(section.oldName.value_or(""));
        if (section.binary || missing.count(name)) {
            // A source tree as it was shipped may lack tests or documents that the patch also changes; code it may not.
            if (isSourceName(name) && !section.binary)
                return error(
                    Fault::Usage,
                    fmt::format("{} changes {}, which is not in the source tree {}", patchFile, name, tree.root()),
                    "name the top of the target's sources with --source-root");
            change.notes.push_back(fmt::format("the patch's part for {} is passed over: {}", name,
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
        return change;

    const std::string copies = scratch + "/patched";
    fs::create_directories(copies);
    for (const std::string& name : names) {
        const std::string path = normalPath(name, fit.directory);
        if (!exists(path))
            continue;
        ChangedFile file{path, {}, {}, {}};
        LP_TRY_ASSIGN(file.oldText, readFileText(path));
        LP_TRY(writeFileText(copies + "/" + name, *file.oldText));
        change.changed.push_back(std::move(file));
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
        change.notes.push_back("the patch fits only with fuzz; look at what it changes");

    for (ChangedFile& file : change.changed)
        names.erase(relativeTo(file.path, fit.directory));
    for (const std::string& name : names)
        change.changed.push_back({normalPath(name, fit.directory), {}, {}, {}});
    for (ChangedFile& file : change.changed) {
        const std::string copy = copies + "/" + relativeTo(file.path, fit.directory);
        if (!exists(copy))
            continue;
        LP_TRY_ASSIGN(file.newText, readFileText(copy));
    }
    return change;
}

} // namespace livepatch

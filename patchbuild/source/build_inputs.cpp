#include "patchbuild/source/build_inputs.h"

#include "patchbuild/source/paths.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

namespace livepatch {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 12> descriptionNames = {
    "CMakeLists.txt", "CMakePresets.json", "Makefile", "makefile",    "GNUmakefile", "configure",
    "meson.build",    "meson_options.txt", "BUILD",    "BUILD.bazel", "SConstruct",  "Jamfile"};
constexpr std::array<std::string_view, 12> descriptionSuffixes = {".cmake", ".mk",  ".mak", ".am",  ".ac",  ".m4",
                                                                  ".ninja", ".bzl", ".gn",  ".gni", ".pro", ".pri"};
// Prose, settings and tests are often called like the source that they are about.
constexpr std::array<std::string_view, 15> otherSuffixes = {
    ".md", ".rst", ".adoc", ".html", ".texi", ".conf", ".1", ".2", ".3", ".4", ".5", ".6", ".7", ".8", ".tcl"};
// Languages that are only ever turned into sources.
constexpr std::array<std::string_view, 18> grammarSuffixes = {".in",  ".y",   ".yy", ".ypp",  ".l",      ".ll",
                                                              ".lpp", ".rl",  ".re", ".peg",  ".gperf",  ".proto",
                                                              ".fbs", ".idl", ".td", ".tmpl", ".thrift", ".j2"};

template <typename List>
bool has(const List &list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// "src/config.h.in" -> "config"
std::string stemOf(std::string_view path) {
  const std::string name = fs::path(path).filename().string();
  return name.substr(0, name.find('.'));
}

bool isDescription(const fs::path &path) {
  const std::string name = path.filename().string();
  return has(descriptionNames, name) || has(descriptionSuffixes, path.extension().string()) ||
         name.starts_with("Makefile."); // Makefile.in, Makefile.am
}

} // namespace

BuildInputNames::BuildInputNames(const BaseTree &tree) {
  for (const std::string &file : tree.files())
    stems_.insert(stemOf(file));
}

BuildInputNames::Kind BuildInputNames::kindOf(std::string_view path) const {
  if (isDescription(path))
    return Kind::Description;
  const std::string suffix = fs::path(path).extension().string();
  // A table.txt beside a table.inc that the target reads, or data for a script that writes one.
  if (has(grammarSuffixes, suffix) || (!has(otherSuffixes, suffix) && stems_.contains(stemOf(path))))
    return Kind::Generator;
  return Kind::Other;
}

BuildInputs unreadBuildInputs(const BaseTree &tree, const SourceChange &change) {
  const BuildInputNames names(tree);
  BuildInputs inputs;
  for (const std::string &path : change.otherFiles)
    switch (names.kindOf(path)) {
    case BuildInputNames::Kind::Description:
      inputs.descriptions.push_back(path);
      break;
    case BuildInputNames::Kind::Generator:
      inputs.generators.push_back(path);
      break;
    case BuildInputNames::Kind::Other:
      inputs.others.push_back(path);
    }
  // Some grammars have names that a compiler would read as well.
  for (const ChangedFile &file : change.changed)
    if (!tree.isRead(file.path) && has(grammarSuffixes, fs::path(file.path).extension().string()))
      inputs.generators.push_back(file.relativePath);
  return inputs;
}

std::vector<std::string> notesOf(const BuildInputs &inputs) {
  std::vector<std::string> notes;
  if (!inputs.generators.empty())
    notes.push_back(fmt::format("no compile reads {}: if the build makes sources out of that, their change is not "
                                "looked at; make them in a copy "
                                "of the tree and give the copy with --new-tree",
                                fmt::join(inputs.generators, ", ")));
  if (!inputs.descriptions.empty() && !inputs.flagsAreCompared)
    notes.push_back(fmt::format("{} changed: flags and sources are taken to be those of the running build; a build "
                                "folder of the new tree, named "
                                "with --build-dir, lets them be compared",
                                fmt::join(inputs.descriptions, ", ")));
  return notes;
}

} // namespace livepatch

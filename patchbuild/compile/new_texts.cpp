#include "patchbuild/compile/new_texts.h"

#include "patchbuild/compile/overlay.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/source/line_alignment.h"
#include "patchbuild/source/line_hunks.h"
#include "patchbuild/source/paths.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>

namespace livepatch {
namespace {

// `#line` means nothing to an assembler.
bool canBeAligned(const ChangedFile &file) {
  const std::string suffix = std::filesystem::path(file.path).extension().string();
  return file.oldText && file.newText && suffix != ".s" && suffix != ".S" && suffix != ".asm";
}

class Writer {
public:
  Writer(const BaseTree &tree, const std::string &scratch) : tree_(tree), scratch_(scratch) {}

  Result<void> add(const ChangedFile &file, TextVersion version);
  Result<std::vector<std::string>> overlays() const;

private:
  Result<std::string> textOf(const ChangedFile &file, const std::string &text, TextVersion version) const;

  const BaseTree &tree_;
  std::string scratch_;
  std::map<std::string, std::string> contents_; // name for the compiler -> copy
  std::size_t count_ = 0;
};

Result<std::string> Writer::textOf(const ChangedFile &file, const std::string &text, TextVersion version) const {
  // Only what a unit reads is worth a diff; a new tree may differ in much else.
  if (version != TextVersion::NewAligned || !canBeAligned(file) || !tree_.isRead(file.path))
    return text;
  LP_TRY_ASSIGN(const auto hunks, diffLines(*file.oldText, text, scratch_ + "/diff"));
  return alignLines(text, hunks);
}

// The overlay is YAML, and YAML is Unicode: under another name the compiler would silently see the old text.
bool isUtf8(const std::string &text) {
  try {
    return !nlohmann::json(text).dump().empty();
  } catch (const nlohmann::json::type_error &) {
    return false;
  }
}

Result<void> Writer::add(const ChangedFile &file, TextVersion version) {
  const auto &text = version == TextVersion::Old ? file.oldText : file.newText;
  // A copy that is not written: the compiler finds the name missing, as it would in the other tree.
  const std::string copy =
      fmt::format("{}/{}-{}", scratch_, ++count_, std::filesystem::path(file.path).filename().string());
  if (text) {
    LP_TRY_ASSIGN(const std::string shown, textOf(file, *text, version));
    LP_TRY(writeFileText(copy, shown));
  }
  for (const std::string &name : tree_.namesOf(file.path)) {
    if (!isUtf8(name))
      return error(Fault::Refused,
                   fmt::format("the name of {} is not UTF-8: the compiler cannot be shown its new text", name),
                   "rename the file or its folder");
    contents_[name] = copy;
    contents_[tree_.recorded(name)] = copy;
  }
  return {};
}

Result<std::vector<std::string>> Writer::overlays() const {
  std::vector<std::string> result;
  if (tree_.isMoved()) {
    result.push_back(scratch_ + "/moved.yaml");
    LP_TRY(writeFileText(result.back(), folderOverlay(tree_.movedFrom(), tree_.movedTo())));
  }
  if (!contents_.empty()) {
    result.push_back(scratch_ + "/texts.yaml");
    LP_TRY(writeFileText(result.back(), fileOverlay(contents_)));
  }
  return result;
}

} // namespace

Result<std::vector<std::string>> writeOverlays(const BaseTree &tree, const SourceChange &change, TextVersion version,
                                               const std::string &scratch) {
  Writer writer(tree, scratch);
  // Of a patch or a second tree, the base tree on disk is the old side; of two revisions, it may be anything.
  if (version != TextVersion::Old || !change.oldRevision.empty())
    for (const ChangedFile &file : change.changed)
      LP_TRY(writer.add(file, version));
  for (const ChangedFile &file : change.overlayOnly)
    LP_TRY(writer.add(file, version));
  return writer.overlays();
}

} // namespace livepatch

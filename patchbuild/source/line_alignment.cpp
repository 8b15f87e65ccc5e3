#include "patchbuild/source/line_alignment.h"

#include "patchbuild/source/line_states.h"
#include "patchbuild/source/lines.h"

#include <algorithm>
#include <optional>

namespace livepatch {
namespace {

class Aligner {
public:
  Aligner(const std::vector<std::string_view> &lines, const std::vector<LineState> &states)
      : lines_(lines), states_(states), dirty_(1, false) {}

  std::string align(const std::vector<LineHunk> &hunks);

private:
  void unchanged(std::size_t line, std::size_t oldNumber);
  void changed(std::size_t line);
  void copy(std::size_t line);
  void directive(std::size_t line, std::size_t number);
  void conditional(Conditional kind);

  const std::vector<std::string_view> &lines_;
  const std::vector<LineState> &states_;
  std::string text_;
  // The number that the compiler gives to the next line; nothing: it depends on which branch was compiled.
  std::optional<std::size_t> next_ = 1;
  // Per open conditional: whether inside it numbers were moved, by lines that came or went or by a directive. The
  // compiler skips directives in a branch that it does not compile, so behind the branch all has to be said again.
  std::vector<bool> dirty_;
};

void Aligner::directive(std::size_t line, std::size_t number) {
  text_ += "#line " + std::to_string(number) + (lines_[line].ends_with("\r\n") ? "\r\n" : "\n");
  next_ = number;
  dirty_.back() = true;
}

void Aligner::conditional(Conditional kind) {
  if (kind == Conditional::Opens) {
    dirty_.push_back(false);
    return;
  }
  if (kind == Conditional::None || dirty_.size() == 1)
    return;
  if (dirty_.back())
    next_.reset();
  if (kind == Conditional::Closes) {
    const bool inside = dirty_.back();
    dirty_.pop_back();
    dirty_.back() = dirty_.back() || inside;
  }
}

void Aligner::copy(std::size_t line) {
  text_ += lines_[line];
  if (next_)
    ++*next_;
  conditional(states_[line].conditional);
}

void Aligner::unchanged(std::size_t line, std::size_t oldNumber) {
  if (next_ != oldNumber && states_[line].directivePossible)
    directive(line, oldNumber);
  copy(line);
}

void Aligner::changed(std::size_t line) {
  dirty_.back() = true;
  copy(line);
}

std::string Aligner::align(const std::vector<LineHunk> &hunks) {
  std::size_t newLine = 0, oldLine = 0;
  const auto copyUnchangedUpTo = [&](std::size_t end) {
    for (end = std::min(end, lines_.size()); newLine < end; ++newLine, ++oldLine)
      unchanged(newLine, oldLine + 1);
  };
  for (const LineHunk &hunk : hunks) {
    copyUnchangedUpTo(hunk.newBegin);
    // Lines that went count as moved numbers, too.
    dirty_.back() = true;
    for (; newLine < std::min(hunk.newEnd, lines_.size()); ++newLine)
      changed(newLine);
    oldLine = hunk.oldEnd;
  }
  copyUnchangedUpTo(lines_.size());
  return std::move(text_);
}

} // namespace

std::string alignLines(std::string_view newText, const std::vector<LineHunk> &hunks) {
  const auto lines = splitLines(newText);
  const auto states = lineStates(lines);
  const bool hasOwn = std::any_of(states.begin(), states.end(), [](const LineState &s) { return s.lineDirective; });
  if (hunks.empty() || hasOwn)
    return std::string(newText);
  return Aligner(lines, states).align(hunks);
}

} // namespace livepatch

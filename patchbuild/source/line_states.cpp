#include "patchbuild/source/line_states.h"

#include "patchbuild/source/lines.h"

#include <cctype>
#include <string>

namespace livepatch {
namespace {

bool isWordStart(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || c == '_';
}
bool isWord(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

std::string_view withoutLeadingSpace(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  return text;
}

// A small lexer that carries over from line to line: comments, literals, continuations, parentheses, conditionals.
class Scanner {
public:
  LineState line(std::string_view body);

private:
  void directive(std::string_view text, LineState &state);
  void code(std::string_view text);
  std::size_t word(std::string_view text, std::size_t at);
  std::size_t quoted(std::string_view text, std::size_t at);

  bool inComment_ = false, continued_ = false, inLineComment_ = false, inDirective_ = false;
  char quote_ = 0;     // an ordinary literal that a backslash carries into the next line
  std::string rawEnd_; // inside a raw string: what ends it
  std::size_t parentheses_ = 0;
  std::vector<std::size_t> atConditional_; // the depth where each open #if began
};

LineState Scanner::line(std::string_view body) {
  LineState state;
  const bool middle = inComment_ || continued_ || !rawEnd_.empty();
  // A function body never begins inside a call: a closing brace in the first column heals a wrong count.
  if (!middle && body.starts_with('}'))
    parentheses_ = 0;
  const std::string_view first = withoutLeadingSpace(body);
  // "NAME" alone on a line and "(" on the next one is a macro call too; a directive between them would undo it.
  state.directivePossible = !middle && parentheses_ == 0 && !first.starts_with('(');
  if (!middle && first.starts_with('#'))
    directive(first.substr(1), state);
  code(body);

  std::string_view end = body;
  // Clang takes a backslash followed by blanks for a continuation, too.
  while (!end.empty() && (end.back() == ' ' || end.back() == '\t'))
    end.remove_suffix(1);
  continued_ = end.ends_with('\\') && rawEnd_.empty();
  if (!continued_) {
    inLineComment_ = inDirective_ = false;
    quote_ = 0; // an apostrophe in skipped or broken text must not swallow the rest of the file
  }
  return state;
}

void Scanner::directive(std::string_view text, LineState &state) {
  inDirective_ = true;
  text = withoutLeadingSpace(text);
  std::size_t length = 0;
  while (length < text.size() && isWord(text[length]))
    ++length;
  const std::string_view name = text.substr(0, length);
  if (name == "if" || name == "ifdef" || name == "ifndef") {
    state.conditional = Conditional::Opens;
    atConditional_.push_back(parentheses_);
  } else if (name.starts_with("el")) {
    // Each branch begins where the #if did: "f(a," in one branch and "f(b," in the other open one parenthesis.
    state.conditional = Conditional::Branches;
    if (!atConditional_.empty())
      parentheses_ = atConditional_.back();
  } else if (name == "endif") {
    state.conditional = Conditional::Closes;
    if (!atConditional_.empty())
      atConditional_.pop_back();
  }
  state.lineDirective = name == "line" || (!name.empty() && std::isdigit(static_cast<unsigned char>(name[0])));
}

void Scanner::code(std::string_view text) {
  std::size_t at = 0;
  if (quote_)
    at = quoted(text, 0);
  while (at < text.size()) {
    if (inLineComment_)
      return;
    if (inComment_) {
      const auto end = text.find("*/", at);
      if (end == std::string_view::npos)
        return;
      inComment_ = false;
      at = end + 2;
    } else if (!rawEnd_.empty()) {
      const auto end = text.find(rawEnd_, at);
      if (end == std::string_view::npos)
        return;
      at = end + rawEnd_.size();
      rawEnd_.clear();
    } else if (text.substr(at, 2) == "//") {
      inLineComment_ = true;
    } else if (text.substr(at, 2) == "/*") {
      inComment_ = true;
      at += 2;
    } else if (isWord(text[at])) {
      at = word(text, at);
    } else if (text[at] == '"' || text[at] == '\'') {
      quote_ = text[at];
      at = quoted(text, at + 1);
    } else {
      // What a directive says in parentheses is complete in itself.
      if (text[at] == '(' && !inDirective_)
        ++parentheses_;
      if (text[at] == ')' && !inDirective_ && parentheses_ > 0)
        --parentheses_;
      ++at;
    }
  }
}

// A word or number; it matters for 1'000'000 (the apostrophes open nothing) and R"x( (a raw string begins).
std::size_t Scanner::word(std::string_view text, std::size_t at) {
  const std::size_t begin = at;
  const bool number = !isWordStart(text[at]);
  while (at < text.size() &&
         (isWord(text[at]) || (number && text[at] == '\'' && at + 1 < text.size() && isWord(text[at + 1]))))
    ++at;
  const std::string_view name = text.substr(begin, at - begin);
  const bool rawPrefix = name == "R" || name == "LR" || name == "uR" || name == "UR" || name == "u8R";
  if (!rawPrefix || at >= text.size() || text[at] != '"')
    return at;
  const auto open = text.find('(', at + 1);
  // The delimiter has at most 16 characters (C++ [lex.string]); anything else is no raw string.
  if (open == std::string_view::npos || open - at - 1 > 16)
    return at;
  rawEnd_ = ")" + std::string(text.substr(at + 1, open - at - 1)) + "\"";
  return open + 1;
}

// From inside a literal to behind its end, or to the end of the line.
std::size_t Scanner::quoted(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (text[at] == '\\') {
      at += 2;
    } else if (text[at++] == quote_) {
      quote_ = 0;
      return at;
    }
  }
  return text.size();
}

} // namespace

std::vector<LineState> lineStates(const std::vector<std::string_view> &lines) {
  Scanner scanner;
  std::vector<LineState> states;
  states.reserve(lines.size());
  for (std::string_view line : lines)
    states.push_back(scanner.line(lineBody(line)));
  return states;
}

} // namespace livepatch

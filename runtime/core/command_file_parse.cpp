// Reading of command files (docs/formats.md, section 6).
#include "runtime/core/command_file.h"

#include "runtime/core/hex.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace livepatch {
namespace {

struct Word {
  std::string_view text;
  std::size_t column = 0; // 1-based, in bytes
};

bool isBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

class LineReader {
public:
  LineReader(std::string_view line, std::size_t number, const std::string &where)
      : line_(line), number_(number), where_(where) {}

  [[nodiscard]] Result<Command> read();
  [[nodiscard]] bool hasCommand() {
    splitWords();
    return !words_.empty();
  }

private:
  void splitWords();
  [[nodiscard]] Error fail(std::size_t column, const std::string &what) const {
    return error(Fault::Format, fmt::format("{}:{}:{}: {}", where_, number_, column, what),
                 "a line is 'J target patch', 'V target hex [if=hex]' or 'P target patch [if=hex]'");
  }
  [[nodiscard]] Result<std::string> readName(std::string_view text, std::size_t column) const;
  [[nodiscard]] Result<SymbolReference> readReference(Word word) const;
  [[nodiscard]] Result<std::vector<std::uint8_t>> readBytes(Word word) const;
  [[nodiscard]] Result<Guard> readGuard(Word word, const Command &command) const;

  std::string_view line_;
  std::size_t number_;
  const std::string &where_;
  std::vector<Word> words_;
};

void LineReader::splitWords() {
  words_.clear();
  std::size_t at = 0;
  while (at < line_.size()) {
    if (isBlank(line_[at])) {
      ++at;
      continue;
    }
    if (line_[at] == '#')
      return; // a word that begins with '#' begins a comment
    const std::size_t begin = at;
    while (at < line_.size() && !isBlank(line_[at]))
      ++at;
    words_.push_back({line_.substr(begin, at - begin), begin + 1});
  }
}

Result<std::string> LineReader::readName(std::string_view text, std::size_t column) const {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f)
      return fail(column + i, "a control character in a name");
    if (c != '\\') {
      name += c;
      continue;
    }
    const int high = i + 3 < text.size() && text[i + 1] == 'x' ? hexDigit(text[i + 2]) : -1;
    const int low = high >= 0 ? hexDigit(text[i + 3]) : -1;
    if (low < 0)
      return fail(column + i, "a backslash must be followed by x and two hexadecimal digits");
    name += static_cast<char>(high * 16 + low);
    i += 3;
  }
  if (name.empty())
    return fail(column, "a symbol name is missing");
  if (name.find('\0') != std::string::npos)
    return fail(column, "a symbol name cannot hold a zero byte");
  return name;
}

Result<SymbolReference> LineReader::readReference(Word word) const {
  SymbolReference reference;
  std::string_view name = word.text;
  const std::size_t plus = name.rfind('+');
  if (plus != std::string_view::npos) {
    std::string_view digits = name.substr(plus + 1);
    const bool hexadecimal = digits.starts_with("0x") || digits.starts_with("0X");
    if (hexadecimal)
      digits.remove_prefix(2);
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), reference.offset, hexadecimal ? 16 : 10);
    const bool wholeNumber = !digits.empty() && end == digits.data() + digits.size();
    if (wholeNumber && failure == std::errc::result_out_of_range)
      return fail(word.column + plus + 1, "the offset does not fit into 64 bits");
    // "c++/a.c:f" holds a plus that begins no number: it belongs to the name.
    if (wholeNumber)
      name = name.substr(0, plus);
    else
      reference.offset = 0;
  }
  LP_TRY_ASSIGN(reference.name, readName(name, word.column));
  return reference;
}

Result<std::vector<std::uint8_t>> LineReader::readBytes(Word word) const {
  if (word.text.empty())
    return fail(word.column, "hexadecimal bytes are missing");
  for (std::size_t i = 0; i < word.text.size(); ++i)
    if (hexDigit(word.text[i]) < 0)
      return fail(word.column + i, fmt::format("'{}' is no hexadecimal digit", word.text.substr(i, 1)));
  auto bytes = hexBytes(word.text);
  if (!bytes)
    return fail(word.column + word.text.size(), "an odd number of hexadecimal digits");
  return std::move(*bytes);
}

Result<Guard> LineReader::readGuard(Word word, const Command &command) const {
  if (!word.text.starts_with("if="))
    return fail(word.column, fmt::format("'{}' is not expected here", word.text.substr(0, 80)));
  if (command.kind == CommandKind::Jump)
    return fail(word.column, "a J line has no guard");
  const Word value{word.text.substr(3), word.column + 3};
  if (command.kind == CommandKind::Pointer && value.text == "0")
    return Guard{NullPointerGuard{}};
  if (command.kind == CommandKind::Pointer && value.text.starts_with("&")) {
    LP_TRY_ASSIGN(SymbolReference symbol, readReference({value.text.substr(1), value.column + 1}));
    return Guard{SymbolGuard{std::move(symbol)}};
  }
  BytesGuard guard;
  LP_TRY_ASSIGN(guard.bytes, readBytes(value));
  const std::size_t expected = command.kind == CommandKind::Value ? command.bytes.size() : 8;
  if (guard.bytes.size() != expected)
    return fail(value.column, fmt::format("the guard has {} bytes, {} are needed", guard.bytes.size(), expected));
  return Guard{std::move(guard)};
}

Result<Command> LineReader::read() {
  Command command;
  command.line = number_;
  const Word letter = words_[0];
  if (letter.text == "J")
    command.kind = CommandKind::Jump;
  else if (letter.text == "V")
    command.kind = CommandKind::Value;
  else if (letter.text == "P")
    command.kind = CommandKind::Pointer;
  else
    return fail(letter.column, fmt::format("'{}' is no command: J, V or P is expected", letter.text.substr(0, 80)));

  const std::size_t end = line_.size() + 1;
  if (words_.size() < 2)
    return fail(end, "the target's symbol is missing");
  LP_TRY_ASSIGN(command.target, readReference(words_[1]));
  if (words_.size() < 3)
    return fail(end, command.kind == CommandKind::Value ? "the hexadecimal bytes are missing"
                                                        : "the patch's symbol is missing");
  if (command.kind == CommandKind::Value) {
    LP_TRY_ASSIGN(command.bytes, readBytes(words_[2]));
  } else {
    LP_TRY_ASSIGN(command.patch, readReference(words_[2]));
  }
  if (command.kind == CommandKind::Jump && (command.target.offset != 0 || command.patch.offset != 0))
    return fail(words_[1].column, "a J line redirects whole functions: no offset is possible");
  if (words_.size() >= 4) {
    LP_TRY_ASSIGN(command.guard, readGuard(words_[3], command));
  }
  if (words_.size() > 4)
    return fail(words_[4].column, fmt::format("'{}' is not expected here", words_[4].text.substr(0, 80)));
  return command;
}

} // namespace

Result<CommandFile> parseCommandFile(std::string_view text, const std::string &where) {
  CommandFile file;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    LineReader line(text.substr(0, end), ++number, where);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.hasCommand())
      continue;
    LP_TRY_ASSIGN(Command command, line.read());
    file.push_back(std::move(command));
  }
  return file;
}

} // namespace livepatch

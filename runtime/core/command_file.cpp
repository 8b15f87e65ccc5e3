// Printing of command files. Reading is command_file_parse.cpp.
#include "runtime/core/command_file.h"

#include "runtime/core/hex.h"

#include <fmt/format.h>

namespace livepatch {
namespace {

bool isDecimalOrHex(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X"))
    text.remove_prefix(2);
  if (text.empty())
    return false;
  for (const char c : text)
    if (hexDigit(c) < 0)
      return false;
  return true;
}

// What the reader would take for something else is written as \xHH: white space, control characters, the backslash
// itself, a leading '#' or '&', and a '+' that looks like an offset.
std::string escapedName(std::string_view name) {
  const std::size_t plus = name.rfind('+');
  const bool plusMisleads = plus != std::string_view::npos && isDecimalOrHex(name.substr(plus + 1));
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    const bool leading = i == 0 && (c == '#' || c == '&');
    if (c <= ' ' || c == 0x7f || c == '\\' || leading || (i == plus && plusMisleads))
      text += fmt::format("\\x{:02x}", c);
    else
      text += name[i];
  }
  return text;
}

std::string printReference(const SymbolReference &reference) {
  std::string text = escapedName(reference.name);
  if (reference.offset != 0)
    text += fmt::format("+{:#x}", reference.offset);
  return text;
}

struct GuardPrinter {
  std::string operator()(const NullPointerGuard &) const { return "0"; }
  std::string operator()(const BytesGuard &guard) const { return hexText(guard.bytes); }
  std::string operator()(const SymbolGuard &guard) const { return "&" + printReference(guard.symbol); }
};

} // namespace

std::string printCommandFile(const CommandFile &file) {
  std::string text;
  for (const Command &command : file) {
    const char letter = command.kind == CommandKind::Jump ? 'J' : command.kind == CommandKind::Value ? 'V' : 'P';
    const std::string operand =
        command.kind == CommandKind::Value ? hexText(command.bytes) : printReference(command.patch);
    text += fmt::format("{} {} {}", letter, printReference(command.target), operand);
    if (command.guard)
      text += " if=" + std::visit(GuardPrinter{}, *command.guard);
    text += '\n';
  }
  return text;
}

} // namespace livepatch

#include "patchbuild/compile/compile_commands.h"

#include "patchbuild/source/paths.h"
#include "runtime/core/json_fields.h"

#include <filesystem>

namespace livepatch {

std::vector<std::string> splitCommandLine(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool inWord = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    // Inside "..." a backslash is one only before these characters (POSIX shell, 2.2.3).
    const bool escapes = c == '\\' && i + 1 < line.size() && quote != '\'' &&
                         (!quote || std::string_view("\"\\$`").find(line[i + 1]) != std::string_view::npos);
    if (escapes) {
      word += line[++i];
      inWord = true;
    } else if (quote) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
      inWord = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (inWord)
        words.push_back(std::move(word));
      word.clear();
      inWord = false;
    } else {
      word += c;
      inWord = true;
    }
  }
  if (inWord)
    words.push_back(std::move(word));
  return words;
}

namespace {

// Replaces `from` by `to` wherever `from` is a whole path or the beginning of one.
std::string replacePrefix(std::string text, const std::string &from, const std::string &to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos;) {
    const std::size_t end = at + from.size();
    if (end == text.size() || text[end] == '/') {
      text.replace(at, from.size(), to);
      at += to.size();
    } else {
      at = end;
    }
  }
  return text;
}

} // namespace

TreeTops treeTops(const std::string &from, const std::string &to) {
  std::filesystem::path fromTop = from, toTop = to;
  while (fromTop.has_relative_path() && toTop.has_relative_path() && fromTop.filename() == toTop.filename()) {
    fromTop = fromTop.parent_path();
    toTop = toTop.parent_path();
  }
  // Nothing but "/" is left of one of them: the other is no tree of its own.
  if (!fromTop.has_relative_path() || !toTop.has_relative_path())
    return {};
  return {fromTop.string(), toTop.string()};
}

std::vector<std::string> movedArguments(std::vector<std::string> arguments, const TreeTops &tops) {
  if (tops.from == tops.to)
    return arguments;
  for (std::string &argument : arguments)
    argument = replacePrefix(argument, tops.from, tops.to);
  return arguments;
}

Result<std::vector<CompileCommand>> parseCompileCommands(std::string_view text, const std::string &where) {
  JsonInput input{where, {}};
  // The reader of members wants an object around the list.
  nlohmann::json document;
  document["commands"] = parseJson(text, input);
  if (input.failure)
    return *input.failure;
  std::vector<CompileCommand> commands;
  JsonFields(document, "", input).eachItem("commands", [&](const nlohmann::json &item, const std::string &path) {
    const JsonFields fields(item, path, input);
    CompileCommand command;
    command.directory = fields.text("directory");
    command.file = normalPath(fields.text("file"), command.directory);
    command.arguments = fields.find("arguments") ? fields.texts("arguments") : splitCommandLine(fields.text("command"));
    commands.push_back(std::move(command));
  });
  if (input.failure)
    return *input.failure;
  return commands;
}

} // namespace livepatch

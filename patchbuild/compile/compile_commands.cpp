#include "patchbuild/compile/compile_commands.h"

#include "patchbuild/source/paths.h"
#include "runtime/core/json_fields.h"

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

Result<std::vector<CompileCommand>> parseCompileCommands(std::string_view text, const std::string& where) {
    JsonInput input{where, {}};
    // The reader of members wants an object around the list.
    nlohmann::json document;
    document["commands"] = parseJson(text, input);
    if (input.failure)
        return *input.failure;
    std::vector<CompileCommand> commands;
    JsonFields(document, "", input).eachItem("commands", [&](const nlohmann::json& item, const std::string& path) {
        const JsonFields fields(item, path, input);
        CompileCommand command;
        command.directory = fields.text("directory");
        command.file = normalPath(fields.text("file"), command.directory);
        command.arguments =
            fields.find("arguments") ? fields.texts("arguments") : splitCommandLine(fields.text("command"));
        commands.push_back(std::move(command));
    });
    if (input.failure)
        return *input.failure;
    return commands;
}

} // namespace livepatch

#include "patchbuild/decide/assembly.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

namespace livepatch {

namespace {

bool isAssembly(const std::string &path) {
  const std::string extension = std::filesystem::path(path).extension();
  return extension == ".S" || extension == ".s" || extension == ".asm" || extension == ".sx";
}

// The names that an assembly file defines for others: `.globl name`, `.global name`, `ENTRY(name)`.
std::set<std::string> globalsOf(const std::string &text) {
  std::set<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '(' || c == ')' || c == ',' || c == ';'; }, ' ');
    std::istringstream words(line);
    std::string directive, name;
    if (words >> directive && (directive == ".globl" || directive == ".global" || directive == "ENTRY"))
      while (words >> name)
        out.insert(name);
  }
  return out;
}

// Macros put prefixes and suffixes to the names in the text. A short one would be part of anything.
bool isPartOfSymbol(const TargetImage &image, const std::string &name) {
  constexpr std::size_t tellingLength = 4;
  return image.symbols.contains(name) ||
         (name.size() >= tellingLength &&
          std::any_of(image.symbols.begin(), image.symbols.end(),
                      [&](const auto &symbol) { return symbol.first.find(name) != std::string::npos; }));
}

std::size_t firstDifference(const ChangedFile &file) {
  std::istringstream old(file.oldText.value_or("")), now(file.newText.value_or(""));
  std::size_t line = 1;
  for (std::string a, b; std::getline(old, a) && std::getline(now, b) && a == b;)
    ++line;
  return line;
}

// A file that defines only names which the target does not have is another program's or another processor's.
bool mayBelong(const TargetImage &image, const ChangedFile &file) {
  std::set<std::string> names = globalsOf(file.oldText.value_or(""));
  if (names.empty())
    names = globalsOf(file.newText.value_or(""));
  return names.empty() ||
         std::any_of(names.begin(), names.end(), [&](const std::string &name) { return isPartOfSymbol(image, name); });
}

// What stands in the parentheses of each asm of a text, functions' included. Strings may hold parentheses.
std::multiset<std::string> asmBlocks(const std::optional<std::string> &given) {
  std::multiset<std::string> out;
  const std::string text = given.value_or("");
  for (std::size_t at = text.find("asm"); at != std::string::npos; at = text.find("asm", at + 3)) {
    std::size_t end = text.find('(', at);
    if (end == std::string::npos)
      break;
    int depth = 0;
    bool quoted = false;
    for (; end < text.size(); ++end) {
      if (text[end] == '\\')
        ++end;
      else if (text[end] == '"')
        quoted = !quoted;
      else if (!quoted && text[end] == '(')
        ++depth;
      else if (!quoted && text[end] == ')' && --depth == 0)
        break;
    }
    out.insert(text.substr(at, end - at));
  }
  return out;
}

// The names that it defines, and who of the program uses them.
void refuse(Deciding &deciding, std::string thing, std::string place, const std::set<std::string> &names,
            std::string why, std::string remedy) {
  std::string defines;
  std::vector<BaseUser> users;
  for (const std::string &name : names) {
    defines += (defines.empty() ? "it defines " : ", ") + name;
    const std::vector<BaseUser> &more = deciding.index.usersOfName(name);
    users.insert(users.end(), more.begin(), more.end());
  }
  std::string oldPlace = place;
  deciding.refuse({.rule = "asm-file",
                   .thing = std::move(thing),
                   .place = std::move(place),
                   .oldDefinition = defines.empty() ? "assembly" : defines,
                   .newDefinition = "other assembly",
                   .oldPlace = std::move(oldPlace),
                   .users = userNames(deciding, users),
                   .why = std::move(why),
                   .remedy = std::move(remedy)});
}

} // namespace

void checkAssembly(Deciding &deciding) {
  for (const ChangedFile &file : deciding.change.changed) {
    if (!isAssembly(file.relativePath) || !mayBelong(deciding.image, file))
      continue;
    refuse(deciding, file.relativePath, fmt::format("{}:{}", file.relativePath, firstDifference(file)),
           globalsOf(file.oldText.value_or("")),
           "assembly carries no map and no padding: what it changes in the running program cannot be told",
           "leave the file out of the change, and put the fix into C or C++ code");
  }
  for (const ComparedUnit &unit : deciding.comparison.units) {
    const MapUnit &now = unit.compiled->unit;
    const bool was = !unit.isNew() && unit.compiled->base->fileAsm;
    if (!was && !now.fileAsm)
      continue;
    bool differs = was != now.fileAsm;
    for (const ChangedFile &file : deciding.change.changed) {
      const bool read = std::any_of(now.files.begin(), now.files.end(), [&](const std::string &name) {
        return std::filesystem::path(name).filename() == std::filesystem::path(file.path).filename();
      });
      differs |= read && asmBlocks(file.oldText) != asmBlocks(file.newText);
    }
    if (differs)
      refuse(deciding, unit.compiled->id, now.source + ":1", {},
             "file-scope assembly changes, and a patch cannot replace what it has defined",
             "leave the assembly as it is");
  }
}

} // namespace livepatch

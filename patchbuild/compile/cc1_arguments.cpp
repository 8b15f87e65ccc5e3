#include "patchbuild/compile/cc1_arguments.h"

#include "patchbuild/source/lines.h"
#include "patchbuild/source/paths.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace livepatch {
namespace {

using Arguments = std::vector<std::string>;

// What a compile writes besides its object, or what it does in place of writing one. Ours writes elsewhere.
constexpr std::array<std::string_view, 14> droppedFlags = {
    "-emit-obj",          "-ftest-coverage",  "-S", "-emit-llvm",       "-emit-llvm-bc", "-emit-llvm-only",
    "-emit-codegen-only", "-fsyntax-only",    "-c", "-sys-header-deps", "-MP",           "-MG",
    "-print-stats",       "-module-file-deps"};
constexpr std::array<std::string_view, 18> droppedPairs = {"-o",
                                                           "-dependency-file",
                                                           "-MT",
                                                           "-MF",
                                                           "-MQ",
                                                           "-MJ",
                                                           "-dependency-dot",
                                                           "-header-include-file",
                                                           "-serialize-diagnostic-file",
                                                           "-diagnostic-log-file",
                                                           "-stack-usage-file",
                                                           "-split-dwarf-file",
                                                           "-split-dwarf-output",
                                                           "-opt-record-file",
                                                           "-opt-record-passes",
                                                           "-opt-record-format",
                                                           "-coverage-notes-file",
                                                           "-dwarf-debug-flags"};
constexpr std::array<std::string_view, 7> droppedPrefixes = {
    "-ftime-trace",       "-fdepfile-entry=", "-fcrash-diagnostics-dir=", "-coverage-notes-file=", "-stack-usage-file=",
    "-split-dwarf-file=", "-save-temps"};

bool isOneOf(const auto &list, std::string_view argument) {
  return std::find(list.begin(), list.end(), argument) != list.end();
}
bool beginsWithOneOf(const auto &list, std::string_view argument) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view prefix) { return argument.starts_with(prefix); });
}

bool isOurPlugin(std::string_view path) {
  return path.substr(path.rfind('/') + 1).starts_with("livepatch-clang-plugin");
}

// The unit's arguments without outputs, frontend action and our own plugin, whose path may have changed since.
Arguments withoutOutputs(const Arguments &command) {
  Arguments result;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const std::string_view argument = command[i];
    const bool more = i + 1 < command.size();
    if (isOneOf(droppedFlags, argument) || beginsWithOneOf(droppedPrefixes, argument))
      continue;
    if (isOneOf(droppedPairs, argument)) {
      ++i;
      continue;
    }
    if ((argument == "-load" || argument == "-fplugin" || argument == "-fpass-plugin") && more &&
        isOurPlugin(command[i + 1])) {
      ++i;
      continue;
    }
    if ((argument.starts_with("-fpass-plugin=") || argument.starts_with("-fplugin=")) && isOurPlugin(argument))
      continue;
    if (argument.starts_with("-plugin-arg-livepatch") && more && command[i + 1].starts_with("map-out=")) {
      ++i;
      continue;
    }
    if (argument.starts_with("-fplugin-arg-livepatch-map-out="))
      continue;
    result.push_back(command[i]);
  }
  return result;
}

// The input is the one argument that is the source and no option's value.
void dropInput(Arguments &arguments, const std::string &source) {
  for (std::size_t i = arguments.size(); i-- > 0;) {
    if (arguments[i] != source || (i > 0 && arguments[i - 1] == "-main-file-name"))
      continue;
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
}

void dropWithValue(Arguments &arguments, std::string_view option) {
  for (auto at = arguments.begin(); at != arguments.end();) {
    if (*at == option)
      at = arguments.erase(at, std::min(at + 2, arguments.end()));
    else
      ++at;
  }
}

// CMake names both the precompiled header ("X.pch") and the header it is made from ("-include X"). The first is of the
// base's texts, and in a folder that was only configured it is not there; the second says the same.
void dropPrecompiledHeader(Arguments &arguments) {
  const auto isIncluded = [&](const std::string &header) {
    for (std::size_t i = 1; i < arguments.size(); ++i)
      if (arguments[i] == header && arguments[i - 1] == "-include")
        return true;
    return false;
  };
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
    const std::string &file = arguments[i + 1];
    if (arguments[i] != "-include-pch" || !file.ends_with(".pch") || !isIncluded(file.substr(0, file.size() - 4)))
      continue;
    const auto begin = arguments.begin() + static_cast<std::ptrdiff_t>(i);
    arguments.erase(begin, begin + 2);
    return;
  }
}

void dropFlag(Arguments &arguments, std::string_view flag) {
  std::erase(arguments, flag);
}

} // namespace

Arguments inputArguments(const MapUnit &unit) {
  Arguments arguments = withoutOutputs(unit.command);
  dropPrecompiledHeader(arguments);
  return arguments;
}

Arguments analysisArguments(const MapUnit &unit, const AnalysisOutputs &outputs) {
  Arguments arguments = inputArguments(unit);
  for (const std::string &overlay : outputs.overlays)
    arguments.insert(arguments.end(), {"-ivfsoverlay", overlay});
  // The input stays where it is: options are taken in any order.
  arguments.insert(arguments.end(), {"-emit-llvm-bc", "-w", "-load", outputs.plugin, "-plugin-arg-livepatch",
                                     "map-out=" + outputs.map, "-o", outputs.bitcode});
  // Where the base was built must not be seen in a patch. (A '=' in the folder's name would end it for the compiler.)
  if (!outputs.debugTop.empty() && outputs.debugTop.find('=') == std::string::npos)
    arguments.push_back("-fdebug-prefix-map=" + outputs.debugTop + "=.");
  if (!outputs.lambdas.empty())
    arguments.insert(arguments.end(), {"-plugin-arg-livepatch", "lambdas=" + outputs.lambdas});
  return arguments;
}

Arguments lookArguments(const MapUnit &unit, const std::vector<std::string> &overlays,
                        const std::string &dependencies) {
  Arguments arguments = inputArguments(unit);
  for (const std::string &overlay : overlays)
    arguments.insert(arguments.end(), {"-ivfsoverlay", overlay});
  arguments.insert(arguments.end(), {"-E", "-frewrite-includes", "-w", "-dependency-file", dependencies, "-MT", "x",
                                     "-sys-header-deps", "-o", "-"});
  return arguments;
}

Arguments codegenArguments(const MapUnit &unit, const std::string &bitcode, const std::string &object) {
  Arguments arguments = withoutOutputs(unit.command);
  dropInput(arguments, unit.source);
  // The module is position independent code for a shared object whatever the target was; what concerns only the
  // source language or headers would be refused with an LLVM module as input, or be read for nothing.
  for (std::string_view option : {"-x", "-mrelocation-model", "-pic-level", "-include", "-include-pch", "-imacros",
                                  "-ivfsoverlay", "-fprofile-instrument-use-path"})
    dropWithValue(arguments, option);
  for (std::string_view flag : {"-pic-is-pie", "-disable-llvm-passes"})
    dropFlag(arguments, flag);
  dropWithValue(arguments, "-plugin-arg-livepatch");
  arguments.insert(arguments.end(), {"-w", "-disable-llvm-passes", "-mrelocation-model", "pic", "-pic-level", "2",
                                     "-emit-obj", "-o", object, "-x", "ir", bitcode});
  return arguments;
}

Arguments driverQuestion(const CompileCommand &command, const std::string &compiler, const std::string &standIn) {
  Arguments question = {compiler};
  if (command.arguments.empty())
    return question;
  if (command.arguments.front().ends_with("++"))
    question.emplace_back("--driver-mode=g++");
  const Arguments kept = withoutOutputs(Arguments(command.arguments.begin() + 1, command.arguments.end()));
  for (std::size_t i = 0; i < kept.size(); ++i) {
    // "-Xclang X" loses its X above when X is one of ours; dependency options have no use without their file.
    const bool danglingXclang = kept[i] == "-Xclang" && (i + 1 == kept.size() || kept[i + 1] == "-Xclang");
    if (danglingXclang || kept[i] == "-MD" || kept[i] == "-MMD" || kept[i] == "-M" || kept[i] == "-MM")
      continue;
    const bool isSource = !kept[i].starts_with('-') && normalPath(kept[i], command.directory) == command.file;
    question.push_back(isSource ? standIn : kept[i]);
  }
  question.insert(question.end(), {"-c", "-###"});
  return question;
}

Arguments driverAnswer(std::string_view answer, const std::string &standIn, const std::string &source) {
  for (std::string_view line : splitLines(answer)) {
    Arguments words = splitCommandLine(lineBody(line));
    if (words.size() < 2 || words[1] != "-cc1")
      continue;
    words.erase(words.begin());
    std::replace(words.begin(), words.end(), standIn, source);
    return words;
  }
  return {};
}

} // namespace livepatch

#include "patchbuild/cli/options.h"

#include "patchbuild/source/paths.h"

#include <fmt/format.h>

#include <cctype>
#include <filesystem>

namespace livepatch {

ExitCode exitCodeFor(Fault fault) {
  switch (fault) {
  case Fault::Usage:
    return ExitCode::Usage;
  case Fault::Refused:
    return ExitCode::Refused;
  case Fault::Mismatch:
    return ExitCode::DoesNotFit;
  case Fault::Already:
    return ExitCode::NoChange;
  case Fault::Io:
  case Fault::Format:
  case Fault::NotFound:
  case Fault::Permission:
  case Fault::Busy:
  case Fault::Gone:
  case Fault::Internal:
    return ExitCode::Failed;
  }
  return ExitCode::Failed;
}

namespace {

bool isNameCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' || c == '+';
}

std::string derivedName(const ChangeInput &input, const SourceChange &change) {
  if (!input.patchFiles.empty())
    return std::filesystem::path(input.patchFiles.back()).stem().string();
  if (input.newTree)
    return std::filesystem::path(normalPath(*input.newTree)).filename().string();
  return change.newRevision.substr(0, 12);
}

} // namespace

Result<std::string> patchName(const Options &options, const SourceChange &change) {
  std::string name = options.name.empty() ? derivedName(options.change, change) : options.name;
  bool usable = !name.empty() && name.size() <= 100;
  for (char &c : name) {
    if (isNameCharacter(c))
      continue;
    usable = usable && options.name.empty();
    c = '-';
  }
  // It becomes a file's name: no hidden file, nothing that looks like an option.
  if (options.name.empty())
    while (!name.empty() && (name.front() == '.' || name.front() == '-'))
      name.erase(0, 1);
  if (!usable || name.empty() || name.front() == '.' || name.front() == '-')
    return error(Fault::Usage,
                 fmt::format("\"{}\" cannot be a patch's name", options.name.empty() ? name : options.name),
                 "give one of letters, digits and -_.+ with --name");
  return name;
}

} // namespace livepatch

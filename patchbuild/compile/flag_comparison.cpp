#include "patchbuild/compile/flag_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

namespace livepatch {
namespace {

struct DecidingFlags {
  std::set<std::string> macros;
  std::string optimization = "-O0", standard, processor, sanitizers;
};

// The compiler defines this one itself, and the plugin records the other two for units that use them.
bool isOwnMacro(std::string_view macro) {
  for (std::string_view own : {"__GCC_HAVE_DWARF2_CFI_ASM", "__DATE__", "__TIME__", "__TIMESTAMP__"})
    if (macro.starts_with(own))
      return true;
  return false;
}

DecidingFlags decidingFlags(const std::vector<std::string> &arguments) {
  DecidingFlags flags;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string &argument = arguments[i];
    // "-D X" is two words in one form of the command and one word in the other.
    if (argument.starts_with("-D") || argument.starts_with("-U")) {
      const bool apart = argument.size() == 2 && i + 1 < arguments.size();
      const std::string macro = apart ? arguments[++i] : argument.substr(2);
      if (!isOwnMacro(macro))
        flags.macros.insert(argument.substr(0, 2) + " " + macro);
    } else if (argument == "-target-cpu" && i + 1 < arguments.size()) {
      flags.processor = arguments[++i];
    } else if (argument.starts_with("-std=")) {
      flags.standard = argument;
    } else if (argument.starts_with("-fsanitize=")) {
      flags.sanitizers = argument;
    } else if (argument.starts_with("-O") && argument.size() == 3) {
      flags.optimization = argument;
    }
  }
  return flags;
}

std::optional<std::string> changed(const std::string &before, const std::string &now) {
  if (before == now)
    return std::nullopt;
  if (before.empty())
    return now + " is new";
  return now.empty() ? before + " is gone" : fmt::format("{} instead of {}", now, before);
}

} // namespace

std::optional<std::string> flagDifference(const std::vector<std::string> &recorded,
                                          const std::vector<std::string> &given) {
  const DecidingFlags before = decidingFlags(recorded), now = decidingFlags(given);
  std::vector<std::string> added, removed;
  std::set_difference(now.macros.begin(), now.macros.end(), before.macros.begin(), before.macros.end(),
                      std::back_inserter(added));
  std::set_difference(before.macros.begin(), before.macros.end(), now.macros.begin(), now.macros.end(),
                      std::back_inserter(removed));
  if (!added.empty())
    return added.front() + " is new";
  if (!removed.empty())
    return removed.front() + " is gone";
  if (auto difference = changed(before.optimization, now.optimization))
    return difference;
  // The driver leaves the default language out, the recorded command names it.
  if (!now.standard.empty())
    if (auto difference = changed(before.standard, now.standard))
      return difference;
  if (auto difference = changed(before.sanitizers, now.sanitizers))
    return difference;
  return changed(before.processor, now.processor);
}

} // namespace livepatch

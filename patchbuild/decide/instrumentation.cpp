#include "patchbuild/decide/instrumentation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace livepatch {
namespace {

struct Kind {
  std::string_view flag; // of the compiler proper; a list of values follows where it ends with '='
  std::string_view value;
  const char *what;
};

// The other sanitizers instrument code only, which a patch brings with it.
constexpr std::array<Kind, 6> kinds = {{
    {"-fsanitize=", "address", "AddressSanitizer"},
    {"-fsanitize=", "hwaddress", "hardware-assisted AddressSanitizer"},
    {"-fsanitize=", "kernel-address", "AddressSanitizer"},
    {"-fsanitize-coverage-", "", "coverage for fuzzers"},
    {"-fprofile-instrument=", "", "profiling"},
    {"-fcs-profile-generate", "", "profiling"},
}};

bool isOfKind(const std::string &argument, const Kind &kind) {
  if (!argument.starts_with(kind.flag))
    return false;
  if (kind.value.empty())
    return argument != "-fprofile-instrument=none";
  // "address,undefined"
  const std::string values = "," + argument.substr(kind.flag.size()) + ",";
  return values.find("," + std::string(kind.value) + ",") != std::string::npos;
}

const char *instrumentationOf(const MapUnit &unit) {
  for (const Kind &kind : kinds)
    if (std::any_of(unit.command.begin(), unit.command.end(),
                    [&](const std::string &argument) { return isOfKind(argument, kind); }))
      return kind.what;
  return nullptr;
}

} // namespace

bool refuseInstrumented(Deciding &deciding) {
  bool refused = false;
  for (const ComparedUnit &unit : deciding.comparison.units) {
    const char *what = unit.compiled->base ? instrumentationOf(*unit.compiled->base) : nullptr;
    const auto changed = std::find_if(unit.functions.begin(), unit.functions.end(),
                                      [](const auto &named) { return named.second.state == FunctionState::Changed; });
    if (!what || changed == unit.functions.end())
      continue;
    deciding.refuse({.rule = "instrumented",
                     .thing = changed->first,
                     .place = changed->second.now->place,
                     .oldDefinition = {},
                     .newDefinition = {},
                     .users = {unit.compiled->id},
                     .why = fmt::format("its unit is built for {}, whose runtime has to know of all data and counters "
                                        "when the program starts",
                                        what),
                     .remedy = "patch a build without that instrumentation"});
    refused = true;
  }
  return refused;
}

} // namespace livepatch

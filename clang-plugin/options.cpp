#include "clang-plugin/options.h"

#include "llvm/ADT/StringRef.h"

namespace livepatch {

bool parseOptions(const std::vector<std::string> &arguments, clang::DiagnosticsEngine &diagnostics, Options &options) {
  auto refuse = [&](llvm::StringRef argument, llvm::StringRef expected) {
    const unsigned id = diagnostics.getCustomDiagID(clang::DiagnosticsEngine::Error,
                                                    "LivePatch: bad plugin argument '%0'; known are %1");
    diagnostics.Report(id) << argument << expected;
    return false;
  };
  for (const std::string &argument : arguments) {
    const auto [key, value] = llvm::StringRef(argument).split('=');
    if (key == "map-out" && !value.empty())
      options.mapOut = value.str();
    else if (key == "lambdas" && !value.empty())
      options.lambdas = value.str();
    else if (key == "padding" && (value == "on" || value == "off"))
      options.padding = value == "on";
    else
      return refuse(argument, "map-out=FILE, lambdas=FILE and padding=on|off");
  }
  return true;
}

} // namespace livepatch

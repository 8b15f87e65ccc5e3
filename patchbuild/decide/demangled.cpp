#include "patchbuild/decide/demangled.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <string_view>

namespace livepatch {

std::string demangled(const std::string &name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status),
                                                         &std::free);
  return status == 0 && text ? text.get() : name;
}

std::string lambdaTypeText(const MapLambda &lambda) {
  constexpr std::string_view prefix = "typeinfo name for ";
  const std::string text = demangled(lambda.name);
  return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string();
}

} // namespace livepatch

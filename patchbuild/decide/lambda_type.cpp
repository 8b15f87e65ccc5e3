#include "patchbuild/decide/lambda_type.h"

#include "runtime/core/demangled.h"

#include <string_view>

namespace livepatch {

std::string lambdaTypeText(const MapLambda &lambda) {
  constexpr std::string_view prefix = "typeinfo name for ";
  const std::string text = demangled(lambda.name);
  return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string();
}

} // namespace livepatch

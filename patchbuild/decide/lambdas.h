// Lambdas that are not what they were: closures of them may live in the running program.
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

// The plugin has paired the lambdas (clang-plugin/lambda_pairing.h): one that captures or takes something else is a new
// one, and closures that live keep the old code, which is said; where it could not tell, nothing is patched.
void checkLambdas(Deciding &deciding);

} // namespace livepatch

// The lambdas of a unit in its map, and as patchbuild hands them back for the next compile.
#pragma once

#include "clang-plugin/lambda_pairing.h"

#include "llvm/Support/JSON.h"

#include <string>
#include <vector>

namespace livepatch {

void writeLambdas(llvm::json::OStream &out, const std::vector<Lambda> &lambdas);

// False: no such file, or it is not such a list.
bool readLambdas(const std::string &file, std::vector<Lambda> &lambdas);

} // namespace livepatch

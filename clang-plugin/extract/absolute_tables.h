// Tables of distances between constants, as LLVM's RelLookupTableConverter makes them for position-independent code.
#pragma once

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace livepatch {

// Between a patch and its target there is no fixed distance. A table that holds distances to what the module only
// declares becomes one of addresses again, with the code that reads it; where that cannot be done, it is an error.
[[nodiscard]] llvm::Error makeTablesAbsolute(llvm::Module &module);

} // namespace livepatch

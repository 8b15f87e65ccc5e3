// Cuts the optimised module of a changed unit down to what a patch needs.
//
// No decision is taken here: the order says for each definition whether it comes along, stays in the target, or is
// private to the patch. A definition that is needed and not in the order is an error.
#pragma once

#include "clang-plugin/extract/order.h"

#include "llvm/IR/Module.h"

namespace livepatch {

[[nodiscard]] llvm::Error extract(llvm::Module &module, const Order &order);

} // namespace livepatch

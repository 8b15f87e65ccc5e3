// What patchbuild wants from one changed unit: docs/formats.md, section 4.
#pragma once

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"

#include <string>

namespace livepatch {

// One definition that the patch brings along.
struct Definition {
  std::string as;        // its symbol in the patch
  std::string identity;  // the target's old entry, for every use that is not a direct call; empty: there is none
  bool exported = false; // the command file names it
};

struct Order {
  std::string unit;
  llvm::StringMap<Definition> define;
  llvm::StringSet<> internal;            // new, and private to this unit
  llvm::StringMap<std::string> external; // defined in the target under this name
  llvm::StringMap<std::string> rename;   // declarations that bind to another name
};

[[nodiscard]] llvm::Expected<Order> parseOrder(llvm::StringRef json);

} // namespace livepatch

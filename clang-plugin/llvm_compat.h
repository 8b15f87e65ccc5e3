// The differences between the LLVM versions that the plugin is built for, and nothing else.
//
// Everything outside this header is the same source for LLVM 14 and 19.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/GlobalVariable.h"

#include <cstdint>
#include <optional>

namespace livepatch {

// StringRef::startswith became starts_with in LLVM 16 and went away in 19.
inline bool startsWith(llvm::StringRef text, llvm::StringRef prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// getAlign() returns MaybeAlign in both, but its accessors changed with std::optional.
inline std::uint64_t alignmentOf(const llvm::GlobalObject &object) {
  const auto align = object.getAlign();
  return align ? align->value() : 0;
}

} // namespace livepatch

// From 15 on every pointer is `ptr`; 14 still has typed pointers and bitcasts between them that mean nothing.
#if LLVM_VERSION_MAJOR < 15
#define LIVEPATCH_TYPED_POINTERS 1
#else
#define LIVEPATCH_TYPED_POINTERS 0
#endif

// Constant compare expressions were removed in 19.
#if LLVM_VERSION_MAJOR < 19
#define LIVEPATCH_CONSTANT_COMPARES 1
#else
#define LIVEPATCH_CONSTANT_COMPARES 0
#endif

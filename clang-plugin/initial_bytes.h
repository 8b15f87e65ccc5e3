// The initialiser of a variable as it will lie in memory.
#pragma once

#include "llvm/IR/Constants.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/GlobalVariable.h"

#include <cstdint>
#include <string>
#include <vector>

namespace livepatch {

struct InitialPointer {
  std::uint64_t offset = 0;
  const llvm::GlobalValue *target = nullptr;
  std::int64_t addend = 0;
};

// What a program reads and writes as one: a number, a pointer, a whole array of characters.
struct InitialPiece {
  std::uint64_t offset = 0, size = 0;
};

struct InitialBytes {
  std::vector<std::uint8_t> bytes; // zero where a pointer stands; empty where all of it is zero
  std::vector<InitialPointer> pointers;
  // Something stands there that is neither bytes nor the address of a symbol (a label, a difference of addresses).
  bool complete = true;
  std::vector<InitialPiece> pieces; // of a struct or array that is not too long; else empty
};

InitialBytes initialBytes(const llvm::GlobalVariable &variable);

} // namespace livepatch

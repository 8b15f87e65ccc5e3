// The redirectable NOP at the entry of each function.
//
// A thread can never stop inside one instruction, and a NOP that lies inside one aligned 8-byte word can be exchanged
// for a jump with one store while other threads run over it. So: 5 bytes, entry aligned to 16, never across a word.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Module.h"

#include <cstdint>

namespace livepatch {

enum class PaddingKind { None, Nop5, EndbrNop5 };

struct Padding {
  PaddingKind kind = PaddingKind::None;
  std::uint64_t offset = 0; // of the NOP, in bytes from the entry
};

// The name in the map.
llvm::StringRef paddingName(PaddingKind kind);

// Writes the padding into the function's prologue data, and says what is there now. Functions that cannot have it
// (naked, or with data of their own in a form that leaves no room) get none.
Padding pad(llvm::Function &function);

} // namespace livepatch

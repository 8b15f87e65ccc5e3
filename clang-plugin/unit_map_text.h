// Words and lists of the map that both looks at a module write.
#pragma once

#include "clang-plugin/canonical_text.h"

#include "llvm/IR/GlobalValue.h"
#include "llvm/Support/JSON.h"

#include <string>
#include <vector>

namespace livepatch {

// external, internal, weak or linkonce.
llvm::StringRef linkageName(const llvm::GlobalValue &value);

// Sorted symbols, without intrinsics: the compiler expands those.
std::vector<std::string> symbolNames(const References &references);

// File names and arguments are bytes; JSON wants UTF-8.
llvm::json::Value jsonText(llvm::StringRef text);
void writeTexts(llvm::json::OStream &out, llvm::StringRef key, const std::vector<std::string> &texts);
void writeText(llvm::json::OStream &out, llvm::StringRef key, llvm::StringRef text); // left out where empty
void writeFlag(llvm::json::OStream &out, llvm::StringRef key, bool value);           // left out where false

} // namespace livepatch

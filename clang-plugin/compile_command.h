// How this unit is compiled, so that patchbuild can do it again with another source.
#pragma once

#include "clang-plugin/unit_facts.h"

#include "clang/Frontend/CompilerInstance.h"

#include <string>

namespace livepatch {

// `ownLibrary`: the plugin's path, left out of the command; whoever repeats the compile adds the plugin anew.
CompileFacts describeCompile(clang::CompilerInstance &compiler, llvm::StringRef source, llvm::StringRef ownLibrary);

} // namespace livepatch

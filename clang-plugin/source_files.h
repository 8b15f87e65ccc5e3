// The files that a unit is made of.
#pragma once

#include "clang/Frontend/Utils.h"

#include <memory>
#include <string>
#include <vector>

namespace clang {
class CompilerInstance;
}

namespace livepatch {

// Watches the preprocessor from now on. The system's own files are left out: nobody patches them with the program, and
// there are thousands of them. A project's own in a folder named with -isystem are not. Files behind a precompiled
// header are seen as well.
class SourceFiles : public clang::DependencyCollector {
public:
  static std::shared_ptr<SourceFiles> watch(clang::CompilerInstance &compiler);
  std::vector<std::string> names() const;
  // 64 bits in hexadecimal digits for each of `names`: what was read there. Empty for a file that cannot be read again.
  std::vector<std::string> contents(const std::vector<std::string> &names) const;

  bool needSystemDependencies() override { return true; }
  bool sawDependency(llvm::StringRef name, bool fromModule, bool isSystem, bool isModuleFile, bool isMissing) override;

private:
  clang::CompilerInstance *compiler_ = nullptr;
  std::string resources_; // the compiler's own headers
};

} // namespace livepatch

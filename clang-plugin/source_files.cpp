#include "clang-plugin/source_files.h"

#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/HeaderSearchOptions.h"
#include "clang/Serialization/ASTReader.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

#include <algorithm>

namespace livepatch {

std::shared_ptr<SourceFiles> SourceFiles::watch(clang::CompilerInstance &compiler) {
  auto files = std::make_shared<SourceFiles>();
  files->compiler_ = &compiler;
  files->resources_ = compiler.getHeaderSearchOpts().ResourceDir;
  files->attachToPreprocessor(compiler.getPreprocessor());
  if (auto reader = compiler.getASTReader())
    files->attachToASTReader(*reader);
  return files;
}

bool SourceFiles::sawDependency(llvm::StringRef name, bool fromModule, bool isSystem, bool isModuleFile,
                                bool isMissing) {
  const auto isIn = [&](llvm::StringRef folder) { return !folder.empty() && name.substr(0, folder.size()) == folder; };
  // Debian's own builds and many others have their trees below /usr/src.
  if (isSystem && ((isIn("/usr/") && !isIn("/usr/src/")) || isIn(resources_)))
    return false;
  return DependencyCollector::sawDependency(name, fromModule, isSystem, isModuleFile, isMissing);
}

std::vector<std::string> SourceFiles::names() const {
  const auto seen = getDependencies();
  std::vector<std::string> names(seen.begin(), seen.end());
  // The main file stays in front; the order of the others would change with every moved #include.
  if (!names.empty())
    std::sort(names.begin() + 1, names.end());
  return names;
}

std::vector<std::string> SourceFiles::contents(const std::vector<std::string> &names) const {
  std::vector<std::string> hashes;
  for (const std::string &name : names) {
    std::string &hash = hashes.emplace_back();
    // Both come out of the compiler's memory: the file is not read a second time.
    auto file = compiler_->getFileManager().getFileRef(name);
    if (!file) {
      llvm::consumeError(file.takeError());
      continue;
    }
    if (const auto text = compiler_->getSourceManager().getMemoryBufferForFileOrNone(*file))
      hash = llvm::utohexstr(llvm::xxHash64(text->getBuffer()), /*LowerCase=*/true, /*Width=*/16);
  }
  return hashes;
}

} // namespace livepatch

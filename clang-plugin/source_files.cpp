#include "clang-plugin/source_files.h"

#include "clang/Frontend/CompilerInstance.h"
#include "clang/Serialization/ASTReader.h"

#include <algorithm>

namespace livepatch {

std::shared_ptr<SourceFiles> SourceFiles::watch(clang::CompilerInstance &compiler) {
  auto files = std::make_shared<SourceFiles>();
  files->attachToPreprocessor(compiler.getPreprocessor());
  if (auto reader = compiler.getASTReader())
    files->attachToASTReader(*reader);
  return files;
}

std::vector<std::string> SourceFiles::names() const {
  const auto seen = getDependencies();
  std::vector<std::string> names(seen.begin(), seen.end());
  // The main file stays in front; the order of the others would change with every moved #include.
  if (!names.empty())
    std::sort(names.begin() + 1, names.end());
  return names;
}

} // namespace livepatch

#include "clang-plugin/text_stream.h"

#include "llvm/ADT/SmallString.h"

namespace livepatch {
namespace {

std::string digest(llvm::MD5 &md5) {
  llvm::MD5::MD5Result result;
  md5.final(result);
  llvm::SmallString<32> digits;
  llvm::MD5::stringifyResult(result, digits);
  return std::string(digits.str());
}

} // namespace

std::string HashStream::hash() {
  flush();
  return digest(md5_);
}

std::string hashOf(llvm::StringRef text) {
  llvm::MD5 md5;
  md5.update(text);
  return digest(md5);
}

} // namespace livepatch

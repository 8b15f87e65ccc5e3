// Streams for fingerprints and maps, which are written in very many small pieces.
//
// LLVM's string streams have no buffer: each character is a virtual call, which made up half of what the plugin cost.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MD5.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace livepatch {

// Appends to a string, which is complete after flush() or the stream's end.
class StringStream : public llvm::raw_ostream {
public:
  explicit StringStream(std::string &text) : text_(text) { SetBuffered(); }
  ~StringStream() override { flush(); }
  StringStream(const StringStream &) = delete;
  StringStream &operator=(const StringStream &) = delete;

private:
  void write_impl(const char *bytes, std::size_t size) override { text_.append(bytes, size); }
  std::uint64_t current_pos() const override { return text_.size(); }

  std::string &text_;
};

// Keeps nothing of the text but its hash.
class HashStream : public llvm::raw_ostream {
public:
  HashStream() { SetBuffered(); }
  ~HashStream() override { flush(); }
  HashStream(const HashStream &) = delete;
  HashStream &operator=(const HashStream &) = delete;

  // 128 bits in 32 hexadecimal digits. Ends the text.
  std::string hash();

private:
  void write_impl(const char *bytes, std::size_t size) override {
    md5_.update(llvm::StringRef(bytes, size));
    size_ += size;
  }
  std::uint64_t current_pos() const override { return size_; }

  llvm::MD5 md5_;
  std::uint64_t size_ = 0;
};

// The hash that a HashStream gives for this text.
std::string hashOf(llvm::StringRef text);

} // namespace livepatch

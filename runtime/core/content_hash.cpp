#include "runtime/core/content_hash.h"

#include <openssl/sha.h>

namespace livepatch {

ContentHash contentHash(std::span<const std::uint8_t> bytes) {
  ContentHash hash{};
  SHA256(bytes.data(), bytes.size(), hash.data()); // the one-shot form cannot fail
  return hash;
}

ContentHash contentHash(std::string_view text) {
  return contentHash(std::span(reinterpret_cast<const std::uint8_t *>(text.data()), text.size()));
}

} // namespace livepatch

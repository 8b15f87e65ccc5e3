// What the dynamic loader keeps privately: made up here word by word, and this process's own.
#include "runtime/core/link_map_fields.h"

#include <cstring>
#include <gtest/gtest.h>
#include <link.h>
#include <sys/uio.h>
#include <unistd.h>

namespace livepatch {
namespace {

constexpr RuntimeAddr at{0x7f0000001000};

// A link_map of 40 words: l_searchlist in words 5 and 6, l_scope_mem from word 10 on, and what has to stand behind it.
std::vector<std::uint64_t> linkMap() {
  std::vector<std::uint64_t> words(40, 0x1234);
  const std::uint64_t ownList = at.value + 5 * 8;
  words[10] = ownList;
  words[14] = 4;                 // l_scope_max
  words[15] = at.value + 10 * 8; // l_scope
  words[16] = ownList;           // l_local_scope
  return words;
}

std::optional<ScopeFields> scopeIn(const std::vector<std::uint64_t> &words) {
  return findScopeFields({reinterpret_cast<const std::uint8_t *>(words.data()), words.size() * 8}, at);
}

TEST(ScopeFields, AreFoundByTheirNeighbours) {
  const auto found = scopeIn(linkMap());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->ownList, 5u * 8);
  EXPECT_EQ(found->scopes, 15u * 8);
}

TEST(ScopeFields, AreNotFoundWhereOneNeighbourIsAnother) {
  for (const std::size_t changed : {10, 14, 15, 16}) {
    auto words = linkMap();
    words[changed] += 8;
    EXPECT_FALSE(scopeIn(words)) << changed;
  }
  auto words = linkMap();
  words[10] = words[16] = at.value + 12 * 8; // l_searchlist lies in front of l_scope_mem
  EXPECT_FALSE(scopeIn(words));
  words[10] = words[16] = at.value + 5 * 8 + 1;
  EXPECT_FALSE(scopeIn(words));
  words = linkMap();
  words.resize(16); // cut off before the last neighbour
  EXPECT_FALSE(scopeIn(words));
  EXPECT_FALSE(scopeIn({}));
}

TEST(ScopeFields, LeadToTheExecutablesOwnList) {
  const link_map *executable = _r_debug.r_map;
  std::vector<std::uint8_t> bytes(linkMapBytes);
  // Through the kernel: what lies behind a link_map is not this test's to read.
  const iovec into{bytes.data(), bytes.size()};
  const iovec from{const_cast<link_map *>(executable), bytes.size()};
  const ssize_t got = process_vm_readv(getpid(), &into, 1, &from, 1, 0);
  ASSERT_GT(got, 0);
  const RuntimeAddr own{reinterpret_cast<std::uint64_t>(executable)};
  const auto found = findScopeFields(Bytes(bytes).first(static_cast<std::size_t>(got)), own);
  ASSERT_TRUE(found);
  const link_map *const *list = nullptr;
  std::memcpy(&list, &bytes[found->ownList], sizeof list);
  EXPECT_EQ(list[0], executable); // the executable is looked up first
}

// l_tls_initimage, its size, l_tls_blocksize, l_tls_align, l_tls_firstbyte_offset, l_tls_offset, l_tls_modid.
std::optional<TlsFields> tlsIn(std::uint64_t offset, std::uint64_t module, std::uint64_t blockSize = 64) {
  const std::vector<std::uint64_t> words{1, 2, 0x7f0000003008, 16, blockSize, 32, 8, offset, module, 3};
  ElfSegment tls;
  tls.address = {0x2008};
  tls.fileSize = 16, tls.memorySize = 64, tls.align = 32;
  return findTlsFields({reinterpret_cast<const std::uint8_t *>(words.data()), words.size() * 8}, tls, {at.value});
}

TEST(TlsFields, TellWhereTheBlockLies) {
  EXPECT_EQ(tlsIn(96, 3), (TlsFields{3, 96}));
  EXPECT_EQ(tlsIn(0, 3), (TlsFields{3, std::nullopt}));                 // not decided yet
  EXPECT_EQ(tlsIn(~std::uint64_t{0}, 3), (TlsFields{3, std::nullopt})); // another place in every thread
  EXPECT_FALSE(tlsIn(96, 0));                                           // a module without a block
  EXPECT_FALSE(tlsIn(96, std::uint64_t{1} << 40));
  EXPECT_FALSE(tlsIn(96, 3, 65));
}

} // namespace
} // namespace livepatch

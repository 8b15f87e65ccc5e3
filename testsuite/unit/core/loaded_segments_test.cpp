#include "runtime/core/loaded_segments.h"

#include <cstring>
#include <elf.h>
#include <gtest/gtest.h>

namespace livepatch {
namespace {

Result<LoadedSegments> of(const std::vector<Elf64_Phdr> &headers) {
  std::vector<std::uint8_t> bytes(headers.size() * sizeof(Elf64_Phdr));
  if (!headers.empty())
    std::memcpy(bytes.data(), headers.data(), bytes.size());
  return loadedSegments(bytes, "x");
}

Elf64_Phdr header(std::uint32_t type, std::uint64_t at, std::uint64_t fileSize, std::uint64_t memorySize) {
  return {type, PF_R, 0, at, at, fileSize, memorySize, 4096};
}

TEST(LoadedSegments, DescribeTheImageAndWhatLiesInIt) {
  const auto all = of({header(PT_PHDR, 0x1040, 0x100, 0x100), header(PT_LOAD, 0x1010, 0x800, 0x800),
                       header(PT_NOTE, 0x1200, 0x20, 0x20), header(PT_LOAD, 0x5000, 0x10, 0x9000)});
  ASSERT_TRUE(all) << all.failure().message;
  EXPECT_EQ(all->lowest, LinkAddr{0x1000});
  EXPECT_EQ(all->end, LinkAddr{0xe000});
  EXPECT_EQ(all->headersAt, LinkAddr{0x1040});
  ASSERT_EQ(all->loads.size(), 2u);
  EXPECT_EQ(all->offsetOf(all->loads[1]), 0x4000u);
  EXPECT_EQ(all->notes.size(), 1u);
}

TEST(LoadedSegments, RefuseSizesThatWrapAroundOrAreNotInMemory) {
  const Elf64_Phdr good = header(PT_LOAD, 0x1000, 0x1000, 0x1000);
  for (const Elf64_Phdr &bad :
       {header(PT_LOAD, ~0ull - 0xfff, 0x2000, 0x2000), header(PT_LOAD, 0x2000, ~0ull, ~0ull),
        header(PT_LOAD, 0x2000, 0x2000, 0x1000), header(PT_LOAD, 0x2000, 0, std::uint64_t{5} << 30),
        header(PT_LOAD, std::uint64_t{1} << 63, 0x10, 0x10)}) {
    EXPECT_FALSE(of({good, bad}));
    EXPECT_FALSE(of({bad, good}));
  }
  EXPECT_FALSE(of({}));
  EXPECT_FALSE(of({header(PT_NOTE, 0x1000, 8, 8)}));
}

TEST(LoadedSegments, LeaveNotesAloneThatLieOutside) {
  for (const Elf64_Phdr &note : {header(PT_NOTE, 0xff8, 0x10, 0x10), header(PT_NOTE, 0x1ff8, 0x10, 0x10),
                                 header(PT_NOTE, 0x1800, ~0ull - 0x100, 0x10), header(PT_NOTE, ~0ull, 0x10, 0x10)}) {
    const auto all = of({note, header(PT_LOAD, 0x1000, 0x1000, 0x1000)});
    ASSERT_TRUE(all);
    EXPECT_TRUE(all->notes.empty()) << note.p_vaddr;
  }
}

} // namespace
} // namespace livepatch

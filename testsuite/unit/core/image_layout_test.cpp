#include "runtime/core/image_layout.h"

#include "testsuite/unit/core/elf_builder.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

constexpr std::uint64_t reach = (std::uint64_t{1} << 31) - (std::uint64_t{64} << 20);

MemoryMapping mapping(std::uint64_t start, std::uint64_t end, std::string path = "/bin/x") {
  MemoryMapping m;
  m.range = {{start}, {end}};
  m.path = std::move(path);
  m.inode = m.path.empty() || m.path[0] == '[' ? 0 : 1;
  return m;
}

TEST(RegionLayout, IsGuardHeaderCodeImageGuard) {
  const auto file = ElfBuilder().build();
  const auto layout = layoutRegion(513, 4097, *ElfView::ofFile(file, "fix.so"));
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->header.offset, 4096u); // behind the guard
  EXPECT_EQ(layout->header.size, 4096u);
  EXPECT_EQ(layout->header.protection, Protection::ReadWrite);
  EXPECT_EQ(layout->code.offset, 8192u);
  EXPECT_EQ(layout->code.size, 8192u);
  EXPECT_EQ(layout->code.protection, Protection::ReadExecute);
  EXPECT_EQ(layout->image.offset, 16384u);
  EXPECT_EQ(layout->image.size, ElfBuilder::end);
  EXPECT_EQ(layout->size, 16384 + ElfBuilder::end + 4096);
  EXPECT_EQ(layout->biasAt({0x10000}).value, 0x10000u + 16384u);
}

TEST(RegionLayout, RefusesAnImpossibleSize) {
  const auto file = ElfBuilder().build();
  EXPECT_FALSE(layoutRegion(std::uint64_t{1} << 40, 1, *ElfView::ofFile(file, "fix.so")));
}

TEST(Placement, IsFreeAndInReachAndBelowTheProgramFirst) {
  const std::vector<MemoryMapping> maps{
      mapping(0x555555554000, 0x555555580000),
      mapping(0x555555580000, 0x5555555a1000, "[heap]"),
      mapping(0x7ffff7dc0000, 0x7ffff7fb0000, "/lib/libc.so.6"),
      mapping(0x7ffffffde000, 0x7ffffffff000, "[stack]"),
  };
  const AddressRange program{{0x555555554000}, {0x555555580000}};
  const auto candidates = placementCandidates(maps, program, 0x9000, reach);
  ASSERT_FALSE(candidates.empty());
  EXPECT_EQ(candidates[0], RuntimeAddr{0x555555554000 - 0x9000});
  for (const RuntimeAddr start : candidates) {
    const AddressRange place{start, start + 0x9000};
    EXPECT_EQ(start.value % 4096, 0u);
    EXPECT_TRUE(withinReach(place, program, reach));
    for (const MemoryMapping &m : maps)
      EXPECT_FALSE(place.overlaps(m.range));
    EXPECT_FALSE(place.overlaps({{0x5555555a1000}, {0x5555555a1000 + (64 << 20)}})); // the heap grows there
  }
}

TEST(Placement, IsFoundForAProgramAtItsClassicAddress) {
  const std::vector<MemoryMapping> maps{mapping(0x400000, 0x500000), mapping(0x7ffff7dc0000, 0x7ffff7fb0000)};
  const AddressRange program{{0x400000}, {0x500000}};
  const auto small = placementCandidates(maps, program, 0x10000, reach);
  ASSERT_FALSE(small.empty());
  EXPECT_EQ(small[0], RuntimeAddr{0x3f0000});
  const auto large = placementCandidates(maps, program, 0x1000000, reach); // does not fit below
  ASSERT_FALSE(large.empty());
  EXPECT_GE(large[0], (RuntimeAddr{0x500000}));
}

TEST(Placement, SaysThatThereIsNone) {
  const std::vector<MemoryMapping> maps{mapping(0x10000, 0x100000000, "/bin/large")};
  EXPECT_TRUE(placementCandidates(maps, {{0x10000}, {0x20000}}, 0x1000, reach).empty());
}

TEST(Placement, KeepsAwayFromTheStack) {
  const std::vector<MemoryMapping> maps{mapping(0x7ffff0000000, 0x7ffffe000000, "/lib/libx.so"),
                                        mapping(0x7ffffffde000, 0x7ffffffff000, "[stack]")};
  for (const RuntimeAddr start : placementCandidates(maps, {{0x7ffff0000000}, {0x7ffffe000000}}, 0x1000, reach))
    EXPECT_LE(start.value, 0x7ffffffde000u - (16u << 20)) << std::hex << start.value;
}

} // namespace
} // namespace livepatch

#include "runtime/core/memory_maps.h"

#include "testsuite/unit/core/damage.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

const std::string text = "00400000-00401000 r--p 00000000 fd:01 42                         /usr/bin/a b\n"
                         "00401000-00402000 r-xp 00001000 fd:01 42                         /usr/bin/a b\n"
                         "00402000-00403000 rw-p 00000000 00:00 0 \n"
                         "7f0000000000-7f0000001000 rw-s 00000000 00:05 7                  /dev/shm/x (deleted)\n"
                         "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0                  [stack]\n"
                         "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0          [vsyscall]\n";

TEST(MemoryMaps, ReadsTheKernelsLines) {
  const auto maps = parseMemoryMaps(text);
  ASSERT_TRUE(maps) << maps.failure().text();
  ASSERT_EQ(maps->size(), 6u);
  const MemoryMapping &code = (*maps)[1];
  EXPECT_EQ(code.range, (AddressRange{{0x401000}, {0x402000}}));
  EXPECT_TRUE(code.readable && code.executable && !code.writable && !code.shared);
  EXPECT_EQ(code.path, "/usr/bin/a b");
  EXPECT_EQ(code.offset, 0x1000u);
  EXPECT_EQ(code.device, "fd:01");
  EXPECT_FALSE(code.isPrivateAnonymous());
  EXPECT_TRUE((*maps)[2].isPrivateAnonymous());
  EXPECT_EQ((*maps)[3].path, "/dev/shm/x");
  EXPECT_TRUE((*maps)[3].deleted && (*maps)[3].shared);
}

TEST(MemoryMaps, FindsTheMappingOfAnAddress) {
  const auto maps = parseMemoryMaps(text);
  ASSERT_TRUE(maps);
  EXPECT_EQ(mappingAt(*maps, {0x401fff})->offset, 0x1000u);
  EXPECT_EQ(mappingAt(*maps, {0x403000}), nullptr);
  EXPECT_EQ(mappingAt(*maps, {0}), nullptr);
}

TEST(MemoryMaps, SeesWholeRangesOnly) {
  const auto maps = parseMemoryMaps(text);
  ASSERT_TRUE(maps);
  EXPECT_TRUE(covers(*maps, {0x400ff0}, 0x1020, Access::Any)); // across three mappings
  EXPECT_FALSE(covers(*maps, {0x400ff0}, 0x1020, Access::Writable));
  EXPECT_TRUE(covers(*maps, {0x402000}, 0x1000, Access::Writable));
  EXPECT_FALSE(covers(*maps, {0x402000}, 0x1001, Access::Writable));
  EXPECT_FALSE(covers(*maps, {0x402000}, ~std::uint64_t{0}, Access::Any));
}

TEST(MemoryMaps, NamesALineThatIsNone) {
  const auto maps = parseMemoryMaps("00400000-00401000 r--p 00000000 fd:01 42 /a\nhello\n");
  ASSERT_FALSE(maps);
  EXPECT_NE(maps.failure().message.find("\"hello\""), std::string::npos);
}

TEST(MemoryMaps, SurvivesDamage) {
  forEachDamage(text, [](const std::string &damaged) { (void)parseMemoryMaps(damaged); });
}

} // namespace
} // namespace livepatch

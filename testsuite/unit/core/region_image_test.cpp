#include "runtime/core/region_image.h"

#include "testsuite/unit/core/elf_builder.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

const Architecture &architecture() {
  return **architectureNamed("x86_64");
}

PlannedRedirect redirect(const std::string &name, std::size_t object, std::uint64_t entry) {
  PlannedRedirect planned;
  planned.name = name;
  planned.object = object;
  planned.function = planned.entry = {entry};
  planned.originalWord = {0x0f, 0x1f, 0x44, 0x00, 0x08, 1, 2, 3};
  planned.previousTarget = {entry + 5};
  planned.newFunction = {0x1000};
  return planned;
}

std::vector<std::uint8_t> patchFile() {
  ElfBuilder builder;
  builder.define("f.lp", 0x1000);
  return builder.programHeader(PT_GNU_EH_FRAME, 0x800, 16).build();
}

TEST(RegionImage, PutsStubsOfAFarModuleIntoItsIsland) {
  const auto file = patchFile();
  const auto patch = ElfView::ofFile(file, "fix.so");
  WritePlan plan;
  plan.redirects = {redirect("f", 0, 0x555555555000), redirect("inLibrary", 1, 0x7ffff7dc0000)};
  const RegionIdentity identity{"both", {}, "00", 1};
  const auto layout =
      layoutRegion(regionHeaderBytes(plan, identity, 1, 1), regionCodeBytes(architecture(), plan), *patch);
  const AddressRange island{{0x7ffff7db0000}, {0x7ffff7db1000}};
  const auto image =
      buildRegion({architecture(), plan, identity, *patch, *layout, {0x555555540000}, {{1, island}}, std::nullopt});
  ASSERT_TRUE(image) << image.failure().text();
  EXPECT_TRUE(image->header.code.contains(image->header.redirects[0].stub));
  EXPECT_EQ(image->header.redirects[1].stub, island.start);
  const auto stub = architecture().decodeStub(island.start, image->islands[0].bytes);
  ASSERT_TRUE(stub);
  EXPECT_EQ(stub->flag, flagAddress(image->header.at));
  EXPECT_EQ(stub->next, image->header.redirects[1].newFunction);
  EXPECT_EQ(image->header.islands, std::vector<AddressRange>{island});
}

TEST(RegionImage, RefusesAModuleThatNoStubCanReach) {
  const auto file = patchFile();
  const auto patch = ElfView::ofFile(file, "fix.so");
  WritePlan plan;
  plan.redirects = {redirect("inLibrary", 1, 0x7ffff7dc0000)};
  const RegionIdentity identity{"far", {}, "00", 1};
  const auto layout =
      layoutRegion(regionHeaderBytes(plan, identity, 1, 0), regionCodeBytes(architecture(), plan), *patch);
  EXPECT_FALSE(buildRegion({architecture(), plan, identity, *patch, *layout, {0x555555540000}, {}, std::nullopt}));
}

TEST(RegionImage, ConnectsTheUnwinderHook) {
  const auto file = patchFile();
  const auto patch = ElfView::ofFile(file, "fix.so");
  WritePlan plan;
  plan.redirects = {redirect("f", 0, 0x555555555000)};
  const RegionIdentity identity{"throws", {}, "00", 1};
  const auto layout =
      layoutRegion(regionHeaderBytes(plan, identity, 1, 0), regionCodeBytes(architecture(), plan), *patch);
  const auto image = buildRegion({architecture(),
                                  plan,
                                  identity,
                                  *patch,
                                  *layout,
                                  {0x555555540000},
                                  {},
                                  FindObjectHook{{0x7ffff7000018}, {0x7ffff7fe0000}}});
  ASSERT_TRUE(image);
  const RegionHeader &header = image->header;
  ASSERT_EQ(header.unwind.size(), 1u);
  EXPECT_EQ(header.unwind[0].text.start, header.bias + LinkAddr{0x1000});
  EXPECT_EQ(header.unwind[0].ehFrameHeader, header.bias + LinkAddr{0x800});
  EXPECT_EQ(header.findObjectSlot, RuntimeAddr{0x7ffff7000018});
  EXPECT_TRUE(header.code.contains(header.findObjectHook));
  const AgentCode &agent = architecture().agent;
  const auto numberAt = [&](std::size_t offset) {
    std::uint64_t value = 0;
    std::memcpy(&value,
                &image->codeBytes[static_cast<std::size_t>(header.agentCommit - header.code.start) -
                                  agent.commitOffset + offset],
                8);
    return value;
  };
  EXPECT_EQ(numberAt(agent.headerOffset), header.at.value);
  EXPECT_EQ(numberAt(agent.findObjectNextOffset), 0x7ffff7fe0000u);
}

TEST(RegionImage, ArmsAnEntryBehindOtherBytesOfItsWord) {
  RegionHeader header;
  RegionRedirect behind;
  behind.name = "f";
  behind.entry = {0x401003};
  behind.stub = {0x402008};
  behind.originalWord = {1, 2, 3, 0x0f, 0x1f, 0x44, 0x00, 0x08};
  header.redirects = {behind};
  const auto writes = entryWrites(architecture(), header);
  ASSERT_TRUE(writes);
  EXPECT_EQ((*writes)[0].word, RuntimeAddr{0x401000});
  EXPECT_EQ((*writes)[0].desired, (EntryWord{1, 2, 3, 0xe9, 0x00, 0x10, 0x00, 0x00}));
  header.redirects[0].entry = {0x401004}; // would cross the word
  EXPECT_FALSE(entryWrites(architecture(), header));
}

} // namespace
} // namespace livepatch

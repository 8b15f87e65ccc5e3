#include "runtime/arch/architecture.h"

#include <algorithm>
#include <elf.h>
#include <gtest/gtest.h>

namespace livepatch {
namespace {

TEST(Architecture, IsFoundByMachineAndByName) {
  const auto table = architectureFor(EM_X86_64);
  ASSERT_TRUE(table);
  EXPECT_EQ(*architectureNamed("x86_64"), *table);
  EXPECT_FALSE(architectureFor(EM_AARCH64));
  EXPECT_FALSE(architectureNamed("vax"));
}

TEST(Architecture, KnowsTheRelocationsOfAPatch) {
  const Architecture &table = **architectureFor(EM_X86_64);
  EXPECT_EQ(table.relocationKind(R_X86_64_RELATIVE), RelocationKind::Relative);
  EXPECT_EQ(table.relocationKind(R_X86_64_JUMP_SLOT), RelocationKind::CallSlot);
  EXPECT_EQ(table.relocationKind(R_X86_64_TPOFF64), RelocationKind::ThreadOffset);
  EXPECT_EQ(table.relocationKind(R_X86_64_DTPMOD64), RelocationKind::ThreadModule);
  EXPECT_EQ(table.relocationKind(R_X86_64_DTPOFF64), RelocationKind::ThreadBlockOffset);
  EXPECT_EQ(table.relocationKind(R_X86_64_TLSDESC), RelocationKind::ThreadDescriptor);
  EXPECT_EQ(table.relocationKind(R_X86_64_PC32), RelocationKind::Unsupported);
}

TEST(Agent, IsSmallAndKnowsItsParts) {
  const AgentCode &agent = (*architectureFor(EM_X86_64))->agent;
  EXPECT_LE(agent.syscallStub.size(), 64u); // it has to fit into the padding at the end of a page
  EXPECT_EQ(agent.syscallStub[0], 0x0f);    // syscall
  EXPECT_EQ(agent.syscallStub[1], 0x05);
  const std::string marker = "LPscall1";
  EXPECT_TRUE(std::equal(marker.begin(), marker.end(), agent.syscallStub.end() - 8));
  EXPECT_LT(agent.routines.size(), 2048u);
  for (const std::size_t entry : {agent.commitOffset, agent.syscallOffset, agent.findObjectOffset})
    EXPECT_LT(entry, agent.routines.size());
}

} // namespace
} // namespace livepatch

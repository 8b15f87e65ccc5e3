#include "patchbuild/verify/machine_code.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(MachineCode, PaddingIsLeftOut) {
  const Bytes code = {0x0f, 0x1f, 0x44, 0x00, 0x08, // nopl 8(%rax,%rax)
                      0x66, 0x90,                   // xchg %ax, %ax
                      0xc3};                        // ret
  const MachineCode decoded = decodeCode(0x1000, code);
  ASSERT_EQ(decoded.instructions.size(), 1u);
  EXPECT_EQ(decoded.instructions[0].address, 0x1007u);
  EXPECT_EQ(decoded.indexAt(0x1000), 0u);
}

TEST(MachineCode, ShortAndLongBranchesAreTheSame) {
  const Bytes shortJump = {0xeb, 0x10}, longJump = {0xe9, 0x10, 0x00, 0x00, 0x00};
  const MachineCode a = decodeCode(0x1000, shortJump), b = decodeCode(0x1000, longJump);
  EXPECT_EQ(a.instructions[0].mnemonic, b.instructions[0].mnemonic);
  EXPECT_EQ(a.instructions[0].operands[0].kind, OperandKind::Code);
  EXPECT_EQ(a.instructions[0].operands[0].address, 0x1012u);
  EXPECT_EQ(b.instructions[0].operands[0].address, 0x1015u);
}

TEST(MachineCode, KnowsAddressesFromNumbers) {
  const Bytes code = {0x48, 0x8d, 0x05, 0x10, 0x00, 0x00, 0x00,       // lea 0x10(%rip), %rax
                      0x64, 0x8b, 0x04, 0x25, 0xfc, 0xff, 0xff, 0xff, // mov %fs:-4, %eax
                      0xbf, 0x2a, 0x00, 0x00, 0x00};                  // mov $42, %edi
  const MachineCode decoded = decodeCode(0x1000, code);
  ASSERT_EQ(decoded.instructions.size(), 3u);
  EXPECT_EQ(decoded.instructions[0].operands[1].kind, OperandKind::Located);
  EXPECT_EQ(decoded.instructions[0].operands[1].address, 0x1017u);
  EXPECT_TRUE(decoded.instructions[1].operands[1].threadRelative);
  EXPECT_EQ(decoded.instructions[2].operands[1].number, 42);
}

TEST(MachineCode, StopsAtWhatIsNoInstruction) {
  const Bytes code = {0xc3, 0x06, 0x06}; // 06 is none in 64-bit mode
  const MachineCode decoded = decodeCode(0x1000, code);
  EXPECT_EQ(decoded.instructions.size(), 1u);
  EXPECT_EQ(decoded.undecoded, 0x1001u);
  EXPECT_EQ(disassemble(0x1001, Bytes{0x06}), "(no instruction)");
}

TEST(MachineCode, FindsTheSlotOfALinkageStub) {
  const Bytes stub = {0xf3, 0x0f, 0x1e, 0xfa,             // endbr64
                      0xff, 0x25, 0x00, 0x20, 0x00, 0x00, // jmp *0x2000(%rip)
                      0x90};
  EXPECT_EQ(linkageSlot(0x1000, stub), 0x300au);
  EXPECT_FALSE(linkageSlot(0x1000, Bytes{0xc3}));
}

} // namespace
} // namespace livepatch

#include "runtime/arch/x86_64/instructions.h"

#include "runtime/core/region_offsets.h"

#include <atomic>
#include <chrono>
#include <cstring>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <thread>

namespace livepatch::x86_64 {
namespace {

TEST(SlotJump, IsReadBehindEndbranchAndPrefix) {
  const std::vector<std::uint8_t> plain = {0xff, 0x25, 0x0a, 0x00, 0x00, 0x00};
  EXPECT_EQ(decodeSlotJump({0x1000}, plain), LinkAddr{0x1010});
  const std::vector<std::uint8_t> guarded = {0xf3, 0x0f, 0x1e, 0xfa, 0xf2, 0xff, 0x25, 0xf5, 0xff, 0xff, 0xff};
  EXPECT_EQ(decodeSlotJump({0x1000}, guarded), LinkAddr{0x1000});
  EXPECT_EQ(decodeSlotJump({0x1000}, std::vector<std::uint8_t>{0xff, 0x25, 0x0a}), std::nullopt);
}

using Bytes = std::vector<std::uint8_t>;
constexpr RuntimeAddr entry{0x7f0000001000};
constexpr std::uint64_t gib2 = std::uint64_t{1} << 31;

TEST(Jump, IsTheInstructionThatTheManualGives) {
  const auto jump = encodeJump({0x401000}, {0x402005});
  ASSERT_TRUE(jump);
  EXPECT_EQ(*jump, (Bytes{0xe9, 0x00, 0x10, 0x00, 0x00}));
}

TEST(Jump, GoesBothWaysUpToTheBordersAndNoFurther) {
  const RuntimeAddr behind = entry + entrySize;
  for (const std::uint64_t distance : {std::uint64_t{0}, gib2 - 1, std::uint64_t{0} - gib2, std::uint64_t{0} - 5}) {
    const auto jump = encodeJump(entry, behind + distance);
    ASSERT_TRUE(jump) << distance;
    EXPECT_EQ(decodeJump(entry, *jump), behind + distance);
  }
  EXPECT_FALSE(encodeJump(entry, behind + gib2));
  EXPECT_FALSE(encodeJump(entry, behind + (std::uint64_t{0} - gib2 - 1)));
}

TEST(Jump, IsNotSeenInOtherBytes) {
  EXPECT_FALSE(decodeJump(entry, Bytes{0xe8, 0, 0, 0, 0}));
  EXPECT_FALSE(decodeJump(entry, Bytes{0xe9, 0, 0, 0}));
}

TEST(EntryPadding, IsFoundAtTheEntryAndBehindEndbr) {
  EXPECT_EQ(findEntryPadding(Bytes{0x0f, 0x1f, 0x44, 0x00, 0x08, 0x55}), 0u);
  EXPECT_EQ(findEntryPadding(Bytes{0x0f, 0x1f, 0x44, 0x00, 0x00}), 0u);
  EXPECT_EQ(findEntryPadding(Bytes{0xf3, 0x0f, 0x1e, 0xfa, 0x0f, 0x1f, 0x44, 0x00, 0x08}), 4u);
  EXPECT_EQ(findEntryPadding(Bytes{0xf3, 0x0f, 0x1e, 0xfa, 0x0f, 0x1f, 0x40, 0x00, 0x0f, 0x1f, 0x44, 0x00, 0x08}), 8u);
}

TEST(EntryPadding, IsNotSeenInAnOrdinaryPrologue) {
  EXPECT_EQ(findEntryPadding(Bytes{0x55, 0x48, 0x89, 0xe5, 0x0f, 0x1f, 0x44, 0x00, 0x08}), std::nullopt);
  EXPECT_EQ(findEntryPadding(Bytes{0x0f, 0x1f, 0x44, 0x00}), std::nullopt); // cut off
  EXPECT_EQ(findEntryPadding(Bytes{0xf3, 0x0f, 0x1e, 0xfa}), std::nullopt);
  EXPECT_EQ(findEntryPadding(Bytes{}), std::nullopt);
}

TEST(DispatchStub, IsNearWhereEverythingIsInReach) {
  const DispatchStub stub{{0x500000}, {0x4ff040}, {0x401005}, {0x600000}};
  const auto code = encodeStub(stub);
  ASSERT_TRUE(code);
  EXPECT_EQ(code->size(), stubSize);
  EXPECT_EQ(Bytes(code->begin(), code->begin() + 3), (Bytes{0x80, 0x3d, 0x39})); // cmpb $0, -0xfc7(%rip)
  EXPECT_EQ(decodeStub(stub.at, *code), stub);
}

TEST(DispatchStub, IsFarWhereFlagOrPatchAreOutOfReach) {
  const DispatchStub farFlag{{0x500000}, {0x7f0000000040}, {0x401005}, {0x600000}};
  const DispatchStub farPatch{{0x500000}, {0x4ff040}, {0x401005}, {0x7f0000000000}};
  for (const DispatchStub &stub : {farFlag, farPatch}) {
    const auto code = encodeStub(stub);
    ASSERT_TRUE(code);
    EXPECT_EQ((*code)[0], 0x49);
    EXPECT_EQ(decodeStub(stub.at, *code), stub);
  }
}

TEST(DispatchStub, RefusesAnOldBodyOutOfReach) {
  EXPECT_FALSE(encodeStub({{0x500000}, {0x4ff040}, {0x7f0000000005}, {0x600000}}));
}

TEST(DispatchStub, IsNotSeenInDamagedCode) {
  auto code = *encodeStub({{0x500000}, {0x4ff040}, {0x401005}, {0x600000}});
  for (const std::size_t opcode : {0, 1, 6, 7, 8, 13}) {
    Bytes damaged = code;
    damaged[opcode] ^= 1;
    EXPECT_EQ(decodeStub({0x500000}, damaged), std::nullopt) << opcode;
  }
  EXPECT_EQ(decodeStub({0x500000}, Bytes(code.begin(), code.begin() + 17)), std::nullopt);
}

// Two functions, a flag and a stub in pages of this process.
TEST(DispatchStub, SendsCallsWhereTheFlagSays) {
  constexpr std::uint64_t size = 4096, far = std::uint64_t{1} << 33;
  auto *memory = static_cast<std::uint8_t *>(
      mmap(nullptr, far + size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  ASSERT_NE(memory, MAP_FAILED);
  const auto at = [&](std::uint64_t offset) { return RuntimeAddr{reinterpret_cast<std::uint64_t>(memory + offset)}; };
  for (const std::uint64_t page : {std::uint64_t{0}, far})
    mprotect(memory + page, size, PROT_READ | PROT_WRITE);
  const Bytes one{0xb8, 1, 0, 0, 0, 0xc3}, two{0xb8, 2, 0, 0, 0, 0xc3}; // mov $n, %eax; ret
  std::copy(one.begin(), one.end(), memory);
  std::copy(two.begin(), two.end(), memory + 0x10);
  std::copy(two.begin(), two.end(), memory + far);
  const Bytes waits{0xf3, 0x90, 0xc3}; // pause; ret
  std::copy(waits.begin(), waits.end(), memory + 0x20);
  const auto nearStub = *encodeStub({at(0x40), at(far - 4096), at(0), at(0x10)}); // only its flag is too far
  const auto farStub = *encodeStub({at(0x80), at(far - 4096), at(0), at(far)});
  const auto shortStub = *encodeStub({at(0xc0), at(4096), at(0), at(0x10)});
  std::copy(nearStub.begin(), nearStub.end(), memory + 0x40);
  std::copy(farStub.begin(), farStub.end(), memory + 0x80);
  std::copy(shortStub.begin(), shortStub.end(), memory + 0xc0);
  for (const std::uint64_t page : {std::uint64_t{0}, far})
    mprotect(memory + page, size, PROT_READ | PROT_EXEC);
  for (const std::uint64_t page : {std::uint64_t{4096}, far - 4096})
    mprotect(memory + page, size, PROT_READ | PROT_WRITE);
  const RuntimeAddr waitAt = at(0x20);
  for (const std::uint64_t flag : {std::uint64_t{4096}, far - 4096})
    std::memcpy(memory + flag + LP_FLAG_TO_WAIT, &waitAt.value, 8);
  for (const std::uint64_t stub : {0x40u, 0x80u, 0xc0u}) {
    const auto call = reinterpret_cast<int (*)()>(memory + stub);
    memory[4096] = memory[far - 4096] = 0;
    EXPECT_EQ(call(), 1) << stub;
    memory[4096] = memory[far - 4096] = 1;
    EXPECT_EQ(call(), 2) << stub;
    // Closed: nobody gets through before the agent has decided.
    for (const std::uint8_t decided : {LP_FLAG_OFF, LP_FLAG_ON}) {
      memory[4096] = memory[far - 4096] = LP_FLAG_CLOSED;
      std::atomic<int> answer = 0;
      std::thread caller([&] { answer = call(); });
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      EXPECT_EQ(answer, 0) << stub;
      std::atomic_ref<std::uint8_t>{memory[4096]}.store(decided);
      std::atomic_ref<std::uint8_t>{memory[far - 4096]}.store(decided);
      caller.join();
      EXPECT_EQ(answer, decided + 1) << stub;
    }
  }
  munmap(memory, far + size);
}

} // namespace
} // namespace livepatch::x86_64

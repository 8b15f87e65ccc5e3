#include "runtime/linux/target_memory.h"

#include "runtime/linux/seized_thread.h"
#include "testsuite/unit/linux/forked_target.h"

#include <array>
#include <cstring>
#include <gtest/gtest.h>
#include <sys/mman.h>

namespace livepatch {
namespace {

alignas(8) volatile std::uint64_t number = 0x1122334455667788;
alignas(8) const char text[] = "constant text of the program";

RuntimeAddr addressOf(const volatile void *p) {
  return {reinterpret_cast<std::uint64_t>(p)};
}

class TargetMemoryTest : public testing::Test {
protected:
  TargetMemoryTest() : child(ForkedTarget::ready), process(TargetProcess::open(child.pid())) {}
  ForkedTarget child;
  Result<TargetProcess> process;
};

TEST_F(TargetMemoryTest, ReadsAndWritesAWord) {
  auto memory = TargetMemory::open(*process);
  ASSERT_TRUE(memory) << memory.failure().message;
  EXPECT_EQ(*memory->readWord(addressOf(&number)), 0x1122334455667788u);
  ASSERT_TRUE(memory->writeWord(addressOf(&number), 42));
  EXPECT_EQ(*memory->readWord(addressOf(&number)), 42u);
  EXPECT_EQ(number, 0x1122334455667788u) << "the parent's copy has changed";
}

TEST_F(TargetMemoryTest, WritesReadOnlyPages) {
  auto memory = TargetMemory::open(*process);
  ASSERT_TRUE(memory);
  const std::uint8_t changed[] = {'C', 'O'};
  ASSERT_TRUE(memory->write(addressOf(text), changed));
  EXPECT_EQ(*memory->readString(addressOf(text)), "COnstant text of the program");
}

TEST_F(TargetMemoryTest, WritesThroughAStoppedThreadWhereTheKernelForbidsTheRest) {
  auto memory = TargetMemory::open(*process, ProtectedWrite::PokeOnly);
  ASSERT_TRUE(memory);
  EXPECT_TRUE(memory->needsStoppedThread(addressOf(text)));
  auto thread = SeizedThread::seize(*process, child.pid());
  ASSERT_TRUE(thread && *thread);
  StopWait wait;
  (*thread)->interrupt();
  ASSERT_TRUE((*thread)->waitStopped(wait, Clock::now() + std::chrono::seconds(5)));
  const std::uint8_t changed[] = {'1', '2', '3', '4', '5', '6', '7', '8', '9'}; // across a word border, not whole words
  ASSERT_TRUE(memory->write(addressOf(text + 3), changed, child.pid()));
  EXPECT_EQ(*memory->readString(addressOf(text)), "con123456789t of the program");
}

TEST_F(TargetMemoryTest, RefusesAWordThatIsNotAligned) {
  auto memory = TargetMemory::open(*process);
  ASSERT_TRUE(memory);
  auto written = memory->writeWord(addressOf(&number) + 1, 1);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.failure().fault, Fault::Internal);
  EXPECT_EQ(*memory->readWord(addressOf(&number)), 0x1122334455667788u);
}

TEST_F(TargetMemoryTest, SkipsPagesThatCannotBeRead) {
  // Inherited by the child: three pages, the middle one not mapped.
  auto *pages = static_cast<std::uint8_t *>(
      ::mmap(nullptr, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  std::memset(pages, 7, 3 * 4096);
  ::munmap(pages + 4096, 4096);
  ForkedTarget second(ForkedTarget::ready);
  auto other = TargetProcess::open(second.pid());
  auto memory = TargetMemory::open(*other);
  ASSERT_TRUE(memory);
  auto bytes = memory->readSparse(addressOf(pages), 3 * 4096);
  EXPECT_EQ(bytes[0], 7);
  EXPECT_EQ(bytes[4095], 7);
  EXPECT_EQ(bytes[4096], 0);
  EXPECT_EQ(bytes[8191], 0);
  EXPECT_EQ(bytes[8192], 7);
  EXPECT_FALSE(memory->read(addressOf(pages), 3 * 4096));
  ::munmap(pages, 4096);
  ::munmap(pages + 8192, 4096);
}

TEST_F(TargetMemoryTest, SaysThatTheProcessIsGone) {
  auto memory = TargetMemory::open(*process);
  ASSERT_TRUE(memory);
  child.end();
  auto read = memory->readWord(addressOf(&number));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.failure().fault, Fault::Gone);
  EXPECT_EQ(memory->writeWord(addressOf(&number), 1).failure().fault, Fault::Gone);
}

TEST_F(TargetMemoryTest, IsLockedByOneToolAtATime) {
  auto first = TargetMemory::open(*process), second = TargetMemory::open(*process);
  ASSERT_TRUE(first && second);
  ASSERT_TRUE(first->lock(Clock::now()));
  auto refused = second->lock(Clock::now());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.failure().fault, Fault::Busy);
  { TargetMemory closing = std::move(*first); }
  EXPECT_TRUE(second->lock(Clock::now() + std::chrono::seconds(1)));
}

} // namespace
} // namespace livepatch

#include "runtime/linux/stack_unwinder.h"

#include "runtime/linux/stack_samples.h"
#include "testsuite/unit/linux/forked_target.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace livepatch {

// Their frames lie below a system call. Called through a volatile pointer: so the compiler can neither inline the
// recursion nor make copies of it that lie elsewhere.
static int waitDeep(int depth);
static int (*volatile again)(int) = waitDeep;

__attribute__((noinline)) static int waitDeep(int depth) {
  volatile int here = depth;
  if (depth == 0) {
    ForkedTarget::ready();
    ::pause();
  } else {
    here = here + again(depth - 1);
  }
  return here;
}
__attribute__((noinline)) static int neverCalled(int depth) {
  volatile int here = depth;
  return here + again(here);
}

namespace {

AddressRange around(int (*function)(int)) {
  RuntimeAddr start{reinterpret_cast<std::uint64_t>(function)};
#ifdef __SANITIZE_ADDRESS__
  return {start, start + 256}; // the checks come first
#else
  return {start, start + 64}; // a part of it, which holds the call
#endif
}

TEST(StackUnwinder, FindsEveryFrameAndNoOther) {
  ForkedTarget child([] { waitDeep(20); });
  auto process = TargetProcess::open(child.pid());
  auto memory = TargetMemory::open(*process);
  auto maps = parseMemoryMaps(*process->mapsText());
  auto modules = readModules(*process, *memory, *maps);
  ASSERT_TRUE(modules);
  StackUnwinder unwinder(*process, *memory, *modules);
  auto thread = SeizedThread::seize(*process, child.pid());
  ASSERT_TRUE(thread && *thread);
  StopWait wait;
  (*thread)->interrupt();
  ASSERT_TRUE((*thread)->waitStopped(wait, Clock::now() + std::chrono::seconds(5)));

  auto addresses = unwinder.returnAddresses(**thread, Clock::time_point::max());
  ASSERT_TRUE(addresses);
  auto inside = [](AddressRange range) { return [range](RuntimeAddr a) { return range.contains(a); }; };
  EXPECT_GE(std::count_if(addresses->begin(), addresses->end(), inside(around(waitDeep))), 20);
  EXPECT_EQ(std::count_if(addresses->begin(), addresses->end(), inside(around(neverCalled))), 0);

  // The raw words of the same stack hold all of these.
  std::vector<MemoryMapping> known = *maps;
  auto samples = sampleStacks(*process, *memory, known, {&**thread, 1});
  ASSERT_TRUE(samples);
  ASSERT_EQ(samples->size(), 1u);
  const std::vector<std::uint64_t> &words = samples->front().stackWords;
  for (RuntimeAddr address : *addresses)
    EXPECT_NE(std::find(words.begin(), words.end(), address.value), words.end());
}

} // namespace
} // namespace livepatch

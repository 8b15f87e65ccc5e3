#include "runtime/linux/thread_stop.h"

#include "runtime/linux/proc_file.h"
#include "runtime/linux/thread_state.h"
#include "testsuite/unit/linux/forked_target.h"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>

namespace livepatch {
namespace {

// Two threads that run, two that sleep, and one that makes short-lived ones.
void manyThreads() {
  static std::atomic<long> work;
  for (int i = 0; i < 2; ++i) {
    std::thread([] {
      for (;;)
        ++work;
    }).detach();
    std::thread([] {
      for (;;)
        ::pause();
    }).detach();
  }
  std::thread([] {
    for (;;)
      std::thread([] { ++work; }).join();
  }).detach();
  ForkedTarget::ready();
}

bool allTraced(const TargetProcess &process) {
  for (pid_t tid : process.threadIds()) {
    auto state = threadState(process.pid(), tid);
    if (state && *state != ThreadState::Traced && !hasEnded(*state))
      return false;
  }
  return true;
}

TEST(ThreadStop, StopsEverybodyAndLetsThemGo) {
  ForkedTarget child(manyThreads);
  auto process = TargetProcess::open(child.pid());
  ASSERT_TRUE(process);
  int tries = 200; // on a busy machine a stop may take too long, and is given up
  for (int round = 0; round < 20 && tries > 0; --tries) {
    auto stop = ThreadStop::seize(*process);
    ASSERT_TRUE(stop) << stop.failure().message;
    if (Result<void> all = stop->stopSleepers() ? stop->stopTheRest() : stop->tooLong(); !all) {
      ASSERT_EQ(all.failure().fault, Fault::Busy) << all.failure().message;
      continue;
    }
    ++round;
    EXPECT_GE(stop->sleepers().size() + stop->others().size(), 5u);
    EXPECT_NE(stop->anyStopped(), 0);
    EXPECT_TRUE(allTraced(*process));
    stop->resumeAll();
    EXPECT_EQ(statusField(*process->statusText(), "TracerPid"), "0");
  }
  EXPECT_GT(tries, 0);
}

TEST(ThreadStop, LetsEverybodyGoWhenItIsDropped) {
  ForkedTarget child(manyThreads);
  auto process = TargetProcess::open(child.pid());
  {
    auto stop = ThreadStop::seize(*process);
    ASSERT_TRUE(stop);
    ASSERT_TRUE(stop->stopSleepers());
  }
  for (pid_t tid : process->threadIds())
    EXPECT_NE(threadState(child.pid(), tid), ThreadState::Traced);
}

TEST(ThreadStop, KeepsAStoppedProcessStopped) {
  ForkedTarget child(ForkedTarget::ready);
  auto process = TargetProcess::open(child.pid());
  ::kill(child.pid(), SIGSTOP);
  while (threadState(child.pid(), child.pid()) != ThreadState::Stopped)
    std::this_thread::yield();
  {
    auto stop = ThreadStop::seize(*process);
    ASSERT_TRUE(stop);
    ASSERT_TRUE(stop->stopSleepers());
    ASSERT_TRUE(stop->stopTheRest());
  }
  for (int i = 0; i < 100 && threadState(child.pid(), child.pid()) != ThreadState::Stopped; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(threadState(child.pid(), child.pid()), ThreadState::Stopped);
}

TEST(ThreadStop, IsNotPossibleForAProcessThatIsGone) {
  ForkedTarget child(ForkedTarget::ready);
  auto process = TargetProcess::open(child.pid());
  child.end();
  auto stop = ThreadStop::seize(*process);
  ASSERT_FALSE(stop);
  EXPECT_EQ(stop.failure().fault, Fault::Gone);
}

} // namespace
} // namespace livepatch

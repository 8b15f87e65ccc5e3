#include "runtime/linux/target_process.h"

#include "runtime/linux/thread_state.h"
#include "testsuite/unit/linux/forked_target.h"

#include <gtest/gtest.h>
#include <thread>

namespace livepatch {
namespace {

TEST(TargetProcess, OpensAProcessAndNoticesItsEnd) {
  ForkedTarget child(ForkedTarget::ready);
  auto process = TargetProcess::open(child.pid());
  ASSERT_TRUE(process) << process.failure().message;
  EXPECT_TRUE(process->alive());
  EXPECT_EQ(process->threadIds(), std::vector<pid_t>{child.pid()});
  EXPECT_TRUE(process->mapsText());
  child.end();
  EXPECT_FALSE(process->alive());
  auto maps = process->mapsText();
  ASSERT_FALSE(maps);
  EXPECT_EQ(maps.failure().fault, Fault::Gone);
}

TEST(TargetProcess, RefusesWhatIsNoProcess) {
  EXPECT_EQ(TargetProcess::open(0).failure().fault, Fault::Usage);
  EXPECT_EQ(TargetProcess::open(-3).failure().fault, Fault::Usage);
  EXPECT_EQ(TargetProcess::open(0x7ffffffe).failure().fault, Fault::Gone);
}

TEST(TargetProcess, NamesTheProcessOfAThread) {
  pid_t tid = 0;
  std::thread([&] {
    tid = ::gettid();
    auto thread = TargetProcess::open(tid);
    ASSERT_FALSE(thread);
    EXPECT_EQ(thread.failure().fault, Fault::Usage);
    EXPECT_NE(thread.failure().message.find(std::to_string(::getpid())), std::string::npos);
  }).join();
}

TEST(TargetProcess, TellsZombiesFromTheLiving) {
  pid_t child = ::fork();
  if (child == 0)
    ::_exit(0);
  siginfo_t info;
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(threadState(child, child), ThreadState::Ended);
  auto process = TargetProcess::open(child);
  ASSERT_FALSE(process);
  EXPECT_EQ(process.failure().fault, Fault::Gone);
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(threadState(child, child));
}

} // namespace
} // namespace livepatch

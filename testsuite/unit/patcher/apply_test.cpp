#include "runtime/patcher/livepatch.h"

#include "runtime/linux/proc_file.h"
#include "testsuite/unit/patcher/built_target.h"

#include <fmt/format.h>
#include <thread>

namespace livepatch {
namespace {

class Apply : public BuiltTarget {
protected:
  static PatchFiles patch(const std::string &commands = "fix.cmd") {
    auto read = readPatchByHand(file("patch.so"), file("target.nm"), file(commands));
    EXPECT_TRUE(read) << read.failure().text();
    return *read;
  }
  [[nodiscard]] std::string maps() const { return *readProcFile(fmt::format("/proc/{}/maps", pid)); }
};

TEST_F(Apply, ChangesFunctionAndDataAndTellsIt) {
  auto report = apply(pid, patch(), {});
  ASSERT_TRUE(report) << report.failure().text();
  EXPECT_EQ(report->functions, std::vector<std::string>{"value"});
  EXPECT_EQ(report->consistency, Consistency::Stack);
  ASSERT_EQ(report->data.size(), 1u);
  EXPECT_TRUE(report->data[0].written);
  EXPECT_EQ(ask(), "2 5");

  auto listed = list(pid, LookAtThreads::Yes);
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->patches.size(), 1u);
  EXPECT_EQ(listed->patches[0].name, "patch");
  EXPECT_EQ(listed->patches[0].status, PatchStatus::Applied);
  EXPECT_TRUE(listed->oldCodeUsers.empty());

  auto again = apply(pid, patch(), {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.failure().fault, Fault::Already);
  auto reverted = revert(pid, "patch", {});
  ASSERT_TRUE(reverted) << reverted.failure().text();
  EXPECT_EQ(ask(), "1 1");
}

// The way that a kernel with proc_mem.force_override=never (Linux 6.12) leaves: everything through stopped threads.
TEST_F(Apply, WorksWhereTheKernelForbidsToWriteProtectedPages) {
  ApplyOptions options;
  options.protectedWrite = ProtectedWrite::PokeOnly;
  auto report = apply(pid, patch(), options);
  ASSERT_TRUE(report) << report.failure().text();
  EXPECT_EQ(ask(), "2 5");
  ASSERT_TRUE(revert(pid, "patch", options));
  EXPECT_EQ(ask(), "1 1");
}

TEST_F(Apply, NeedsNoStopForOneFunction) {
  auto report = apply(pid, patch("function.cmd"), {});
  ASSERT_TRUE(report) << report.failure().text();
  EXPECT_EQ(report->consistency, Consistency::Function);
  EXPECT_EQ(report->stops.attempts, 0);
  EXPECT_EQ(ask(), "2 1");
}

TEST_F(Apply, ChecksWithoutChangingAnything) {
  std::string before = maps();
  auto report = check(pid, patch(), {});
  ASSERT_TRUE(report) << report.failure().text();
  EXPECT_EQ(report->would.functions, std::vector<std::string>{"value"});
  EXPECT_TRUE(report->busy.empty());
  EXPECT_EQ(maps(), before);
  EXPECT_EQ(ask(), "1 1");
}

TEST_F(Apply, KeepsNoPageWritableAndExecutable) {
  ASSERT_TRUE(apply(pid, patch(), {}));
  EXPECT_EQ(maps().find("rwx"), std::string::npos);
}

TEST_F(Apply, LetsOneToolAtATimeAtAProcess) {
  auto process = TargetProcess::open(pid);
  auto other = TargetMemory::open(*process);
  ASSERT_TRUE(other->lock(Clock::now()));
  ApplyOptions options;
  options.deadline = std::chrono::milliseconds(20);
  auto report = apply(pid, patch(), options);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.failure().fault, Fault::Busy);
  EXPECT_EQ(ask(), "1 1");
  // It waits for the other one.
  std::thread ends([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    TargetMemory closing = *std::move(other);
  });
  EXPECT_TRUE(apply(pid, patch(), {}));
  ends.join();
}

TEST_F(Apply, TellsThatTheProcessIsGone) {
  pid_t was = pid;
  end();
  for (const Fault fault : {apply(was, patch(), {}).failure().fault, revert(was, "patch", {}).failure().fault,
                            check(was, patch(), {}).failure().fault, list(was, LookAtThreads::No).failure().fault})
    EXPECT_EQ(fault, Fault::Gone);
}

TEST_F(Apply, FindsTheProcesses) {
  EXPECT_EQ(processesRunning(file("target")), std::vector<pid_t>{pid});
  ASSERT_TRUE(apply(pid, patch("function.cmd"), {}));
  std::vector<pid_t> patched = patchedProcesses();
  EXPECT_NE(std::find(patched.begin(), patched.end(), pid), patched.end());
  std::vector<pid_t> named = patchedProcesses("patch"), others = patchedProcesses("no-such-patch");
  EXPECT_NE(std::find(named.begin(), named.end(), pid), named.end());
  EXPECT_EQ(std::find(others.begin(), others.end(), pid), others.end());
}

} // namespace
} // namespace livepatch

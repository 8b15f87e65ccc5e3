#include "runtime/linux/proc_file.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <unistd.h>

namespace livepatch {
namespace {

TEST(ProcFile, FindsAFieldByItsWholeName) {
  const char *status = "Name:\tsh\nTracerPid:\t0\nPid:\t7\nSigCgt:\t0000000000004002\n";
  EXPECT_EQ(statusField(status, "Pid"), "7");
  EXPECT_EQ(statusField(status, "TracerPid"), "0");
  EXPECT_EQ(statusField(status, "SigCgt"), "0000000000004002");
  EXPECT_EQ(statusField(status, "Uid"), "");
  EXPECT_EQ(statusField("", "Uid"), "");
  EXPECT_EQ(statusField("Uid:", "Uid"), "");
}

TEST(ProcFile, ReadsWholeFilesAndLinks) {
  auto status = readProcFile("/proc/self/status");
  ASSERT_TRUE(status);
  EXPECT_EQ(statusField(*status, "Pid"), std::to_string(::getpid()));
  EXPECT_FALSE(readProcFile("/proc/self/no-such-file"));
  auto executable = readProcLink("/proc/self/exe");
  ASSERT_TRUE(executable);
  EXPECT_EQ((*executable)[0], '/');
}

TEST(ProcFile, ListsNumbersOnly) {
  std::vector<pid_t> all = numericEntries("/proc");
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
  EXPECT_TRUE(std::binary_search(all.begin(), all.end(), ::getpid()));
  EXPECT_TRUE(numericEntries("/no/such/folder").empty());
}

} // namespace
} // namespace livepatch

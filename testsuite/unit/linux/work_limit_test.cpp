#include "runtime/linux/work_limit.h"

#include <ctime>
#include <gtest/gtest.h>

namespace livepatch {
namespace {

void compute(std::chrono::milliseconds time) {
  const auto end = std::clock() + time.count() * CLOCKS_PER_SEC / 1000;
  while (std::clock() < end) {
  }
}

TEST(WorkLimitDeathTest, EndsWhatComputesForTooLong) {
  EXPECT_EXIT(
      {
        const WorkLimit limit(std::chrono::milliseconds(20), "it has kept us busy", 7);
        compute(std::chrono::seconds(20));
      },
      testing::ExitedWithCode(7), "it has kept us busy");
}

TEST(WorkLimit, LetsOthersAlone) {
  {
    const WorkLimit limit(std::chrono::milliseconds(40), "", 7);
    compute(std::chrono::milliseconds(1));
  }
  compute(std::chrono::milliseconds(80)); // it is over
}

} // namespace
} // namespace livepatch

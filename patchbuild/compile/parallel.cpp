#include "patchbuild/compile/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace livepatch {

void runParallel(std::size_t count, unsigned jobs, const std::function<bool(std::size_t)> &work) {
  if (jobs == 0)
    jobs = std::max(1u, std::thread::hardware_concurrency());
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> stopped = false;
  const auto loop = [&] {
    for (std::size_t index = next++; index < count && !stopped; index = next++)
      if (!work(index))
        stopped = true;
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < std::min<std::size_t>(jobs, count); ++i)
    threads.emplace_back(loop);
  loop();
}

} // namespace livepatch

// How often threads of the target were borrowed for remote calls, and how long the longest was kept from its own work:
// a stop that the user is told of like any other.
#pragma once

#include "runtime/linux/stop_wait.h"
#include "runtime/linux/urgent_section.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace livepatch {

struct BorrowingLog {
  int times = 0;
  std::chrono::microseconds longest{0};
};

// One borrowing, from just before the thread is asked to stop until the object goes. Whoever waits for the thread
// should not wait for other processes of a busy machine as well: the tool is urgent meanwhile.
class Borrowing {
public:
  explicit Borrowing(BorrowingLog &log)
      : urgent_(std::make_unique<UrgentSection>()), log_(&log), since_(Clock::now()) {}
  Borrowing(Borrowing &&other) noexcept
      : urgent_(std::move(other.urgent_)), log_(std::exchange(other.log_, nullptr)), since_(other.since_) {}
  Borrowing &operator=(Borrowing &&other) = delete;
  ~Borrowing() {
    if (!log_)
      return;
    ++log_->times;
    log_->longest =
        std::max(log_->longest, std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - since_));
  }

private:
  std::unique_ptr<UrgentSection> urgent_;
  BorrowingLog *log_;
  Clock::time_point since_;
};

} // namespace livepatch

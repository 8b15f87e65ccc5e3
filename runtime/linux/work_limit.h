// The end of what the tool computes for one process, however long its tables keep it busy.
//
// A target's tables are checked and counted, but a product of large counts is a long time as well. Only processor time
// counts, and all that is ever computed honestly comes nowhere near: waiting is limited by deadlines. To end anywhere
// is what the tool can always do.
#pragma once

#include <chrono>
#include <string>

namespace livepatch {

class WorkLimit {
public:
  // Beyond `time` the process that runs this prints `message` to standard error and exits with `exitCode`. One at a
  // time.
  WorkLimit(std::chrono::milliseconds time, std::string message, int exitCode);
  ~WorkLimit();
  WorkLimit(const WorkLimit &) = delete;
  WorkLimit &operator=(const WorkLimit &) = delete;
};

} // namespace livepatch

// Independent pieces of work, several at a time.
#pragma once

#include <cstddef>
#include <functional>

namespace livepatch {

// Calls work(0) .. work(count - 1) on up to `jobs` threads (0: as many as the machine has) and waits for all. Once a
// call has returned false, no further one begins.
void runParallel(std::size_t count, unsigned jobs, const std::function<bool(std::size_t)> &work);

} // namespace livepatch

#include "runtime/linux/work_limit.h"

#include <csignal>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace livepatch {
namespace {

// For the handler, which may call nothing that allocates.
std::string lastWords;
int lastCode = 1;

void endHere(int) {
  [[maybe_unused]] const ssize_t put = ::write(STDERR_FILENO, lastWords.data(), lastWords.size());
  ::_exit(lastCode);
}

void setTimer(std::chrono::milliseconds time) {
  itimerval once{};
  once.it_value.tv_sec = static_cast<time_t>(time.count() / 1000);
  once.it_value.tv_usec = static_cast<suseconds_t>(time.count() % 1000 * 1000);
  ::setitimer(ITIMER_PROF, &once, nullptr); // setitimer(2): user and system time of all threads
}

} // namespace

WorkLimit::WorkLimit(std::chrono::milliseconds time, std::string message, int exitCode) {
  lastWords = std::move(message) + "\n";
  lastCode = exitCode;
  struct sigaction action {};
  action.sa_handler = endHere;
  ::sigaction(SIGPROF, &action, nullptr);
  setTimer(time);
}

WorkLimit::~WorkLimit() {
  setTimer(std::chrono::milliseconds(0));
  ::signal(SIGPROF, SIG_DFL);
}

} // namespace livepatch

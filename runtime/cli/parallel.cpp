#include "runtime/cli/parallel.h"

#include "runtime/linux/file_descriptor.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace livepatch {
namespace {

struct Child {
  pid_t target = 0, self = 0;
  FileDescriptor answer;
  std::string text;
};

// One less is of no use (a wait for a thread to leave a function is sleep), many more only make every stop longer.
std::size_t mostAtOnce() {
  return std::max(4u, 2 * std::thread::hardware_concurrency());
}

void writeAll(int file, const std::string &text) {
  for (std::size_t done = 0; done < text.size();) {
    ssize_t put = ::write(file, text.data() + done, text.size() - done);
    if (put < 0 && errno != EINTR)
      return; // nobody reads any more
    done += put > 0 ? static_cast<std::size_t>(put) : 0;
  }
}

// A child that works on `target`, or an answer that says why there is none.
Child start(pid_t target, const std::function<std::string(pid_t)> &work, std::string &why) {
  Child child;
  child.target = target;
  int ends[2];
  if (::pipe(ends) != 0) {
    why = std::strerror(errno);
    return child;
  }
  FileDescriptor reading(ends[0]), writing(ends[1]);
  std::fflush(nullptr); // or the child would print it once more
  child.self = ::fork();
  if (child.self < 0)
    why = std::strerror(errno);
  if (child.self == 0) {
    writeAll(writing.get(), work(target));
    ::_exit(0); // what is registered for the end is the parent's
  }
  child.answer = std::move(reading);
  return child;
}

// How a child ended that has not answered.
std::string ending(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("livepatch's own child was killed by signal {}", WTERMSIG(status));
  return fmt::format("livepatch's own child ended with code {}", WEXITSTATUS(status));
}

// True at the end of the answer.
bool readSome(Child &child) {
  char block[4096];
  ssize_t got = ::read(child.answer.get(), block, sizeof block);
  if (got > 0)
    child.text.append(block, static_cast<std::size_t>(got));
  return got == 0 || (got < 0 && errno != EINTR);
}

} // namespace

void inParallel(const std::vector<pid_t> &pids, const std::function<std::string(pid_t)> &work,
                const std::function<void(pid_t, const std::string &)> &done,
                const std::function<void(pid_t, const std::string &)> &lost) {
  std::vector<Child> running;
  for (std::size_t next = 0; next < pids.size() || !running.empty();) {
    while (next < pids.size() && running.size() < mostAtOnce()) {
      std::string why;
      Child child = start(pids[next++], work, why);
      if (why.empty())
        running.push_back(std::move(child));
      else
        lost(child.target, "cannot start a child for it: " + why);
    }
    std::vector<pollfd> wanted;
    for (const Child &child : running)
      wanted.push_back({child.answer.get(), POLLIN, 0});
    if (wanted.empty() || ::poll(wanted.data(), wanted.size(), -1) < 0)
      continue;
    for (std::size_t i = running.size(); i-- > 0;) {
      if (wanted[i].revents == 0 || !readSome(running[i]))
        continue;
      int status = 0;
      while (::waitpid(running[i].self, &status, 0) < 0 && errno == EINTR) {
      }
      if (running[i].text.empty() || status != 0)
        lost(running[i].target, ending(status));
      else
        done(running[i].target, running[i].text);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

} // namespace livepatch

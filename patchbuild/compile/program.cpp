#include "patchbuild/compile/program.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

namespace livepatch {
namespace {

class Descriptor {
public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor &&other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor &operator=(Descriptor &&other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { reset(); }
  void reset() {
    if (number_ >= 0)
      close(number_);
    number_ = -1;
  }
  [[nodiscard]] int get() const { return number_; }

private:
  int number_ = -1;
};

struct Pipe {
  Descriptor read, write;
  [[nodiscard]] bool open() {
    int ends[2];
    // CLOEXEC: compiles run in parallel, and a child that held another's pipe open would keep us waiting.
    if (pipe2(ends, O_CLOEXEC) != 0)
      return false;
    read = Descriptor(ends[0]);
    write = Descriptor(ends[1]);
    return true;
  }
};

// A file in memory: unlike a pipe it cannot block us, and a child that does not read it sends us no SIGPIPE.
Descriptor inputFile(const std::string &text) {
  Descriptor file(memfd_create("input", MFD_CLOEXEC));
  std::size_t written = 0;
  while (file.get() >= 0 && written < text.size()) {
    const ssize_t some = write(file.get(), text.data() + written, text.size() - written);
    if (some <= 0)
      return Descriptor();
    written += static_cast<std::size_t>(some);
  }
  if (file.get() >= 0)
    lseek(file.get(), 0, SEEK_SET);
  return file;
}

// Messages in English whatever the user's language, and a git that looks where it is told: not into the repository of
// a hook that may have started us, and without refreshing the user's index.
std::vector<std::string> childEnvironment() {
  constexpr std::array<std::string_view, 6> dropped = {
      "LC_ALL=", "LANGUAGE=", "GIT_DIR=", "GIT_WORK_TREE=", "GIT_INDEX_FILE=", "GIT_OPTIONAL_LOCKS="};
  std::vector<std::string> result = {"LC_ALL=C", "GIT_OPTIONAL_LOCKS=0"};
  for (char **entry = environ; *entry; ++entry) {
    bool keep = true;
    for (std::string_view prefix : dropped)
      keep = keep && !std::string_view(*entry).starts_with(prefix);
    if (keep)
      result.emplace_back(*entry);
  }
  return result;
}

std::vector<char *> pointers(std::vector<std::string> &texts) {
  std::vector<char *> result;
  for (std::string &text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

volatile std::sig_atomic_t signalled = 0;
// Becomes readable with the first signal and stays so: every thread that waits for a program wakes up.
int wakeUp = -1;

void collect(pid_t child, Descriptor &output, std::string &outputText, Descriptor &errors, std::string &errorText) {
  std::array<char, 65536> buffer;
  while (output.get() >= 0 || errors.get() >= 0) {
    // After the signal there is nothing to wake up for but the end.
    std::array<pollfd, 3> wait = {
        {{output.get(), POLLIN, 0}, {errors.get(), POLLIN, 0}, {signalled ? -1 : wakeUp, POLLIN, 0}}};
    if (poll(wait.data(), wait.size(), -1) < 0 && errno != EINTR)
      return;
    if (wait[2].revents)
      kill(child, SIGTERM);
    const auto drain = [&](Descriptor &from, std::string &into, const pollfd &state) {
      if (from.get() < 0 || !state.revents)
        return;
      const ssize_t some = read(from.get(), buffer.data(), buffer.size());
      if (some > 0)
        into.append(buffer.data(), static_cast<std::size_t>(some));
      else if (some == 0 || errno != EINTR)
        from.reset();
    };
    drain(output, outputText, wait[0]);
    drain(errors, errorText, wait[1]);
  }
}

Error interrupted() {
  return error(Fault::Io, fmt::format("stopped by signal {}", static_cast<int>(signalled)));
}

} // namespace

void failOnSignals() {
  struct sigaction action = {};
  wakeUp = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  action.sa_handler = [](int number) {
    const int kept = errno;
    signalled = number;
    const std::uint64_t one = 1;
    if (wakeUp >= 0 && write(wakeUp, &one, sizeof one) < 0)
      errno = 0;
    errno = kept;
  };
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    // What nohup and the like have ignored stays so.
    struct sigaction before = {};
    if (sigaction(number, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
      sigaction(number, &action, nullptr);
  }
}

Result<ProgramOutcome> runProgram(const ProgramRun &run) {
  if (signalled)
    return interrupted();
  std::vector<std::string> arguments = run.arguments;
  std::vector<std::string> environment = childEnvironment();
  const auto cannot = [&](const std::string &why) {
    return error(Fault::Io, fmt::format("cannot run {}: {}", run.arguments.front(), why));
  };
  std::error_code ignored;
  if (!run.directory.empty() && !std::filesystem::is_directory(run.directory, ignored))
    return cannot(fmt::format("the directory {} does not exist", run.directory));

  Pipe output, errors;
  Descriptor input = inputFile(run.input);
  if (input.get() < 0 || !output.open() || !errors.open())
    return cannot(std::strerror(errno));

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.get(), 0);
  posix_spawn_file_actions_adddup2(&actions, output.write.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, errors.write.get(), 2);
  if (!run.directory.empty())
    posix_spawn_file_actions_addchdir_np(&actions, run.directory.c_str());
  pid_t child = 0;
  const int failure = posix_spawnp(&child, arguments.front().c_str(), &actions, nullptr, pointers(arguments).data(),
                                   pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failure)
    return cannot(std::strerror(failure));
  output.write.reset();
  errors.write.reset();

  ProgramOutcome outcome;
  collect(child, output.read, outcome.output, errors.read, outcome.errors);
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return cannot(std::strerror(errno));
  // A terminal sends its signal to the program, too; that it failed says nothing about its input then.
  if (signalled)
    return interrupted();
  outcome.exitCode = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return outcome;
}

} // namespace livepatch

#include "patchbuild/compile/program.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

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

// With a closed standard stream, a new descriptor may get its number; a child's is then overwritten before it is used.
int aboveStandard(int number) {
  if (number < 0 || number > 2)
    return number;
  const int moved = fcntl(number, F_DUPFD_CLOEXEC, 3);
  close(number);
  return moved;
}

struct Pipe {
  Descriptor read, write;
  [[nodiscard]] bool open() {
    int ends[2];
    // CLOEXEC: compiles run in parallel, and a child that held another's pipe open would keep us waiting.
    if (pipe2(ends, O_CLOEXEC) != 0)
      return false;
    read = Descriptor(aboveStandard(ends[0]));
    write = Descriptor(aboveStandard(ends[1]));
    return read.get() >= 0 && write.get() >= 0;
  }
};

// A file in memory: unlike a pipe it cannot block us, and a child that does not read it sends us no SIGPIPE.
Descriptor inputFile(const std::string &text) {
  Descriptor file(aboveStandard(memfd_create("input", MFD_CLOEXEC)));
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
std::vector<std::string> childEnvironment(const ProgramRun &run) {
  std::vector<std::string> result = {"LC_ALL=C", "GIT_OPTIONAL_LOCKS=0"};
  // What a program believes to be the name of where it runs: of another directory it would be ours.
  if (!run.directory.empty())
    result.push_back("PWD=" + run.directory);
  result.insert(result.end(), run.variables.begin(), run.variables.end());
  std::vector<std::string> dropped = {"LANGUAGE=", "GIT_DIR=", "GIT_WORK_TREE=", "GIT_INDEX_FILE="};
  for (const std::string &variable : result)
    dropped.push_back(variable.substr(0, variable.find('=') + 1));
  for (char **entry = environ; *entry; ++entry) {
    const std::string_view variable = *entry;
    if (std::none_of(dropped.begin(), dropped.end(), [&](const auto &prefix) { return variable.starts_with(prefix); }))
      result.emplace_back(variable);
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

// All that the child needs, made before: behind the fork it may call only what is safe in a signal handler.
struct Start {
  std::vector<char *> arguments, environment;
  const char *directory; // null: here
  std::array<int, 3> standard;
};

// In the child, up to the other program. Returns the errno where it does not come that far.
int become(const Start &start, pid_t parent, const sigset_t &signals) {
  // prctl(2): the signal comes when the thread that forked ends; ours waits for its child to the end. The parent may
  // have died before the call.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
    return errno;
  if (getppid() != parent)
    _exit(127);
  for (int number = 0; number < 3; ++number)
    if (dup2(start.standard[static_cast<std::size_t>(number)], number) < 0)
      return errno;
  if (start.directory && chdir(start.directory) != 0)
    return errno;
  // Our handlers have no place in the child; what is ignored stays ignored.
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before = {};
    if (sigaction(number, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
      signal(number, SIG_DFL);
  }
  sigprocmask(SIG_SETMASK, &signals, nullptr);
  execvpe(start.arguments.front(), start.arguments.data(), start.environment.data());
  return errno;
}

// posix_spawn() knows nothing of a parent's death, so: fork, with a pipe that tells of a failure.
template <typename Cannot>
Result<pid_t> begin(const Start &start, const Cannot &cannot) {
  Pipe failure;
  if (!failure.open())
    return cannot(std::strerror(errno));
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    const int number = become(start, parent, before);
    if (write(failure.write.get(), &number, sizeof number) < 0)
      _exit(126);
    _exit(127);
  }
  const int forkFailure = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (child < 0)
    return cannot(std::strerror(forkFailure));
  failure.write.reset();
  int number = 0;
  ssize_t some = 0;
  while ((some = read(failure.read.get(), &number, sizeof number)) < 0 && errno == EINTR)
    ;
  if (some != sizeof number)
    return child;
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR)
    ;
  return cannot(std::strerror(number));
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
  std::vector<std::string> environment = childEnvironment(run);
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

  const Start start{pointers(arguments),
                    pointers(environment),
                    run.directory.empty() ? nullptr : run.directory.c_str(),
                    {input.get(), output.write.get(), errors.write.get()}};
  LP_TRY_ASSIGN(const pid_t child, begin(start, cannot));
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

bool endWithStarter(int owner) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
    return false;
  // Orphans get another parent, and that one does not descend from the owner.
  for (pid_t ancestor = getppid(); ancestor > 1;) {
    if (ancestor == owner)
      return true;
    std::ifstream status(fmt::format("/proc/{}/status", ancestor));
    ancestor = 0;
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("PPid:"))
        ancestor = std::atoi(line.c_str() + 5);
  }
  return false;
}

} // namespace livepatch

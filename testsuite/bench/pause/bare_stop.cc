// bare_stop PID: stops all threads of a process and lets them go on, and nothing else: the least that any tool has to
// ask of a target that it stops. The order is that of livepatch: all are seized, those that sleep are stopped first,
// those that run last; those that run go on first. Prints how long the running ones were stopped, in ns.
#include <cstdio>
#include <cstdlib>
#include <dirent.h>
#include <string>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <vector>

namespace {

long now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000l + time.tv_nsec;
}

bool runs(const std::string &task) {
  std::FILE *file = std::fopen((task + "/stat").c_str(), "r");
  char state = 'S';
  if (file) {
    if (std::fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
      state = 'S';
    std::fclose(file);
  }
  return state == 'R';
}

void stopAll(const std::vector<pid_t> &threads) {
  for (pid_t tid : threads)
    ptrace(PTRACE_INTERRUPT, tid, nullptr, nullptr);
  for (pid_t tid : threads) {
    int status = 0;
    waitpid(tid, &status, __WALL);
  }
}

void letGo(const std::vector<pid_t> &threads) {
  for (pid_t tid : threads)
    ptrace(PTRACE_DETACH, tid, nullptr, nullptr);
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 2)
    return 2;
  const std::string folder = std::string("/proc/") + argv[1] + "/task";
  DIR *tasks = opendir(folder.c_str());
  if (!tasks)
    return 1;
  std::vector<pid_t> sleepers, runners;
  while (const dirent *entry = readdir(tasks)) {
    const pid_t tid = std::atoi(entry->d_name);
    if (tid != 0)
      (runs(folder + "/" + entry->d_name) ? runners : sleepers).push_back(tid);
  }
  closedir(tasks);
  for (const std::vector<pid_t> *group : {&sleepers, &runners})
    for (pid_t tid : *group)
      if (ptrace(PTRACE_SEIZE, tid, nullptr, nullptr) != 0)
        return 1;
  stopAll(sleepers);
  const long stopped = now();
  stopAll(runners);
  letGo(runners);
  std::printf("%ld\n", now() - stopped);
  letGo(sleepers);
  return 0;
}

// killer entry|exit|soon|count N NANOSECONDS PID command...: runs the command and kills it with SIGKILL as it enters
// its Nth system call, as it leaves it, or (soon) that many nanoseconds after it has left it and runs freely again.
//
// Prints "killed NUMBER HELD": the system call, and how many threads of the process PID the command held then; or
// "ended CODE CALLS FIRST" where the command came to its end before. FIRST: its first ptrace call, before which it only
// looks (only told by count).
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int heldThreads(const char *pid) {
  char path[300], line[200];
  int held = 0;
  snprintf(path, sizeof path, "/proc/%s/task", pid);
  DIR *tasks = opendir(path);
  for (struct dirent *task; tasks && (task = readdir(tasks));) {
    snprintf(path, sizeof path, "/proc/%s/task/%s/status", pid, task->d_name);
    FILE *status = task->d_name[0] == '.' ? NULL : fopen(path, "r");
    while (status && fgets(line, sizeof line, status))
      held += strncmp(line, "TracerPid:", 10) == 0 && atoi(line + 10) > 0;
    if (status)
      fclose(status);
  }
  if (tasks)
    closedir(tasks);
  return held;
}

static void spin(long nanoseconds) {
  struct timespec begin, now;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  do
    clock_gettime(CLOCK_MONOTONIC, &now);
  while ((now.tv_sec - begin.tv_sec) * 1000000000L + now.tv_nsec - begin.tv_nsec < nanoseconds);
}

int main(int argc, char **argv) {
  if (argc < 6)
    return 2;
  const char *mode = argv[1];
  long wanted = atol(argv[2]), calls = 0, first = 0;
  int count = strcmp(mode, "count") == 0;
  struct user_regs_struct registers;
  pid_t child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execv(argv[5], argv + 5);
    _exit(127);
  }
  int status, deliver = 0, inside = 0;
  waitpid(child, &status, 0);
  ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  for (;;) {
    ptrace(PTRACE_SYSCALL, child, NULL, deliver);
    if (waitpid(child, &status, 0) < 0 || WIFEXITED(status) || WIFSIGNALED(status))
      return printf("ended %d %ld %ld\n", WIFEXITED(status) ? WEXITSTATUS(status) : 98, calls, first) < 0;
    deliver = WSTOPSIG(status) == (SIGTRAP | 0x80) ? 0 : WSTOPSIG(status);
    if (deliver)
      continue;
    inside = !inside;
    calls += inside;
    if (count && !first && ptrace(PTRACE_GETREGS, child, NULL, &registers) == 0 && registers.orig_rax == SYS_ptrace)
      first = calls;
    if (calls < wanted || count || (inside && strcmp(mode, "entry") != 0))
      continue;
    ptrace(PTRACE_GETREGS, child, NULL, &registers);
    int held = heldThreads(argv[4]);
    if (strcmp(mode, "soon") == 0) {
      ptrace(PTRACE_DETACH, child, NULL, NULL);
      spin(atol(argv[3]));
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    if (WIFEXITED(status)) // it was faster
      return printf("ended %d %ld 0\n", WEXITSTATUS(status), calls) < 0;
    return printf("killed %ld %d\n", (long)registers.orig_rax, held) < 0;
  }
}

// killer N command...: runs the command and kills it as it enters its Nth system call. Exit code 99: it was killed; else
// the command's own.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  (void)argc;
  long borders = 2 * atol(argv[1]); // each call is seen at its entry and at its exit
  pid_t child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execv(argv[2], argv + 2);
    _exit(127);
  }
  int status, deliver = 0;
  waitpid(child, &status, 0);
  ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD);
  for (long seen = 0;;) {
    ptrace(PTRACE_SYSCALL, child, NULL, deliver);
    if (waitpid(child, &status, 0) < 0 || WIFEXITED(status) || WIFSIGNALED(status))
      return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
    deliver = WSTOPSIG(status) == (SIGTRAP | 0x80) ? 0 : WSTOPSIG(status);
    if (deliver == 0 && ++seen >= borders) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return 99;
    }
  }
}

// careless call|registers|vectors|mask|errno|half|stopped PID TID ADDRESS WORD: what a patcher must never do, for the
// proof that the witness and its judge notice. Each takes the usual way of such tools through a dangerous state, and
// waits there for a while: whoever kills it then leaves the process in that state. Left alone it puts everything back.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static int hold(pid_t tid) {
  int status;
  return ptrace(PTRACE_SEIZE, tid, NULL, NULL) == 0 && ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) == 0 &&
         waitpid(tid, &status, __WALL) == tid;
}

// The moment at which a kill does harm: "now" is for whoever kills.
static void dwell(void) {
  puts("now");
  fflush(stdout);
  sleep(10);
}

int main(int argc, char **argv) {
  if (argc < 4)
    return 2;
  const char *way = argv[1];
  pid_t process = atoi(argv[2]), tid = atoi(argv[3]);
  unsigned long address = argc > 4 ? strtoul(argv[4], NULL, 0) : 0;
  if (strcmp(way, "stopped") == 0) { // a stop that outlives its maker
    kill(process, SIGSTOP);
    dwell();
    return kill(process, SIGCONT) != 0;
  }
  if (!hold(tid))
    return 1;
  struct user_regs_struct registers;
  struct user_fpregs_struct vectors, changedVectors;
  ptrace(PTRACE_GETREGS, tid, NULL, &registers);
  ptrace(PTRACE_GETFPREGS, tid, NULL, &vectors);
  if (strcmp(way, "call") == 0 || strcmp(way, "registers") == 0) { // the usual remote call: save, set, run, restore
    struct user_regs_struct call = registers;
    if (way[0] == 'c') {
      call.rip = address;
      call.rsp = (call.rsp - 512) & ~15ul;
      call.orig_rax = -1ul;
      ptrace(PTRACE_POKEDATA, tid, call.rsp -= 8, 0L); // it returns to nowhere: the end is seen by that
    } else {
      call.rbx ^= 1;
    }
    ptrace(PTRACE_SETREGS, tid, NULL, &call);
    dwell();
    ptrace(PTRACE_SETREGS, tid, NULL, &registers);
  } else if (strcmp(way, "vectors") == 0) {
    changedVectors = vectors;
    memset(changedVectors.xmm_space, 0x55, sizeof changedVectors.xmm_space);
    changedVectors.mxcsr ^= 0x6000;
    ptrace(PTRACE_SETFPREGS, tid, NULL, &changedVectors);
    dwell();
    ptrace(PTRACE_SETFPREGS, tid, NULL, &vectors);
  } else if (strcmp(way, "mask") == 0) {
    unsigned long before, all = ~0ul;
    ptrace(PTRACE_GETSIGMASK, tid, sizeof before, &before);
    ptrace(PTRACE_SETSIGMASK, tid, sizeof all, &all);
    dwell();
    ptrace(PTRACE_SETSIGMASK, tid, sizeof before, &before);
  } else { // errno: one word; half: the entry of one of two functions
    errno = 0;
    long before = ptrace(PTRACE_PEEKDATA, tid, address, NULL);
    if (errno)
      return 1;
    ptrace(PTRACE_POKEDATA, tid, address, strtoul(argv[5], NULL, 0));
    dwell();
    ptrace(PTRACE_POKEDATA, tid, address, before);
  }
  return ptrace(PTRACE_DETACH, tid, NULL, NULL) != 0;
}

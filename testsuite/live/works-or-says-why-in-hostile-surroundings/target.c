// Makes its own surroundings as the first argument says, then answers with what its two functions return.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noinline)) int value(void) {
  return 1;
}
__attribute__((noinline)) int other(void) {
  return 1;
}

static void noMoreMemory(void) {
  long pages = 0;
  FILE *statm = fopen("/proc/self/statm", "r");
  if (!statm || fscanf(statm, "%ld", &pages) != 1)
    _exit(1);
  fclose(statm);
  struct rlimit limit = {(rlim_t)pages * 4096, (rlim_t)pages * 4096};
  setrlimit(RLIMIT_AS, &limit);
}

// What SELinux does to a domain without execmem: memory that was never a file's does not become executable.
static void noNewCode(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof code / sizeof *code, code};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
    _exit(77);
}

// Uninterruptible: the parent of a vfork, until its child has gone.
static void untilChildHasGone(const char *go) {
  if (vfork() == 0) {
    while (access(go, F_OK) != 0)
      usleep(10000);
    _exit(0);
  }
}

int main(int argc, char **argv) {
  const char *kind = argc > 1 ? argv[1] : "";
  char line[64];
  setvbuf(stdout, NULL, _IOLBF, 256);
  if (strcmp(kind, "no-new-privs") == 0)
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (strcmp(kind, "not-dumpable") == 0)
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (strcmp(kind, "no-processes") == 0) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_NPROC, &none);
  }
  if (strcmp(kind, "no-files") == 0) {
    struct rlimit none = {3, 3};
    setrlimit(RLIMIT_NOFILE, &none);
  }
  if (strcmp(kind, "no-memory") == 0 && fgets(line, sizeof line, stdin)) {
    puts("ready");
    noMoreMemory();
  }
  if (strcmp(kind, "no-new-code") == 0)
    noNewCode();
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == 'v') {
      puts("waits");
      untilChildHasGone(kind);
      continue;
    }
    printf("%d %d\n", value(), other());
  }
  return 0;
}

#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

__attribute__((noinline)) int value(void) { return 1; }

int main(int argc, char **argv) {
  (void)argc;
  const char *kind = argv[1];
  setvbuf(stdout, NULL, _IONBF, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (strcmp(kind, "strict") == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
    return 77;
  if (strcmp(kind, "mdwe") == 0 && prctl(65 /* PR_SET_MDWE */, 1, 0, 0, 0) != 0)
    _exit(77);
  if (strcmp(kind, "denied") == 0 || strcmp(kind, "allowed") == 0) {
    int number = strcmp(kind, "denied") == 0 ? SYS_mmap : SYS_reboot;
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {4, code};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
      return 77;
  }
  char c;
  while (read(0, &c, 1) == 1)
    if (c == '\n') {
      char answer[2] = {(char)('0' + value()), '\n'};
      if (write(1, answer, 2) != 2)
        break;
    }
  syscall(SYS_exit, 0);
}

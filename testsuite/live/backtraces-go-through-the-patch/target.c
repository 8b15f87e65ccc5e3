// Takes backtraces in a leaf below the function that is patched, and in a signal handler on top of it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unwind.h>

static int framesToMain, unwindToMain, framesInHandler;
int main(void);

static int isMain(void *at) {
  Dl_info info;
  return dladdr(at, &info) && info.dli_sname && strcmp(info.dli_sname, "main") == 0;
}

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *count) {
  ++*(int *)count;
  return isMain((void *)_Unwind_GetIP(context)) ? _URC_END_OF_STACK : _URC_NO_REASON;
}

static int countToMain(void) {
  void *frames[64];
  const int all = backtrace(frames, 64);
  for (int i = 0; i < all; ++i)
    if (isMain(frames[i]))
      return i;
  return -1;
}

static void handler(int number) {
  (void)number;
  framesInHandler = countToMain();
}

__attribute__((noinline)) int leaf(int n) {
  framesToMain = countToMain();
  unwindToMain = 0;
  _Unwind_Backtrace(step, &unwindToMain);
  return n;
}

__attribute__((noinline)) int middle(int n) {
  raise(SIGUSR1);
  return leaf(n) + 1;
}

int main(void) {
  char line[64];
  signal(SIGUSR1, handler);
  while (fgets(line, sizeof line, stdin)) {
    const int got = middle(1);
    printf("%d %d %d %d\n", got, framesToMain, unwindToMain, framesInHandler);
    fflush(stdout);
  }
  return 0;
}

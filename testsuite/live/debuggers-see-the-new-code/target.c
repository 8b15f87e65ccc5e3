// Its only thread waits inside of value() all the time, so that every look finds it there.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

__attribute__((noinline)) int value(void) {
  char line[64];
  if (!fgets(line, sizeof line, stdin))
    return -1;
  if (strcmp(line, "namespace\n") == 0) // the loader appends to its list of namespaces
    return dlmopen(LM_ID_NEWLM, "libm.so.6", RTLD_NOW) ? 100 : 0;
  return 1;
}

int main(void) {
  for (int got; (got = value()) >= 0;) {
    printf("%d\n", got);
    fflush(stdout);
  }
  return 0;
}

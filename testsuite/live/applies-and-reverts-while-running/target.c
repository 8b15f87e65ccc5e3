#include <stdio.h>
#include <string.h>

static int calls;

__attribute__((noinline)) int value(int of) {
  ++calls;
  return of + 1;
}

int main(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    printf("%d %d\n", value((int)strlen(line)), calls);
    fflush(stdout);
  }
  return 0;
}

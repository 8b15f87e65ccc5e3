#include <stdio.h>

int unused = 1;
__attribute__((noinline)) int value(void) { return VALUE; }

int main(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    printf("%d\n", value());
    fflush(stdout);
  }
  return 0;
}

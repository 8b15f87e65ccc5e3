#include <stdio.h>

int number = 1;
const char *name = "old";
__attribute__((noinline)) int value(void) { return 1; }

int main(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    printf("%d %d %s\n", value(), number, name);
    fflush(stdout);
  }
  return 0;
}

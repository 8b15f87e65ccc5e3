// Answers each line with what its functions return and its variable holds. Several live tests patch it.
#include <stdio.h>

int number = 1;
__attribute__((noinline)) int value(void) { return 1; }
__attribute__((noinline)) int other(void) { return 1; }

int main(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    printf("%d %d %d\n", value(), other(), number);
    fflush(stdout);
  }
  return 0;
}

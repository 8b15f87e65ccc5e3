#include <stdio.h>

int number = 1;
__attribute__((noinline)) int padded(void) { return 1; }
__attribute__((noinline, patchable_function_entry(0))) int bare(void) { return 1; }

int main(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    printf("%d %d %d\n", padded(), bare(), number);
    fflush(stdout);
  }
  return 0;
}

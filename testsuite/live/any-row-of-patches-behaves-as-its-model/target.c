#include <stdio.h>

#define FUNCTION(n) __attribute__((noinline)) int f##n(void) { return 0; }
int v0, v1, v2;
FUNCTION(0) FUNCTION(1) FUNCTION(2) FUNCTION(3) FUNCTION(4) FUNCTION(5)

int main(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    printf("%d %d %d %d %d %d | %d %d %d\n", f0(), f1(), f2(), f3(), f4(), f5(), v0, v1, v2);
    fflush(stdout);
  }
  return 0;
}

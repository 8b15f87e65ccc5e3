#include <stdio.h>

extern int value1(void), value2(void);

int main(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    printf("%d %d\n", value1(), value2());
    fflush(stdout);
  }
  return 0;
}

#include <stdio.h>
#include <time.h>

static volatile long one = 1; // or the compiler would know the result
__attribute__((noinline)) long busy(void) { return one; }

int main(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    long sum = 0;
    const clock_t end = clock() + CLOCKS_PER_SEC / 2;
    while (clock() < end)
      sum += busy();
    printf("%d\n", sum > 0);
    fflush(stdout);
  }
  return 0;
}

#include "arguments.h"

#include <stdio.h>

// Callers must not make use of what they could know of the old code.
static volatile int64_t zero;
#define REPLACED __attribute__((noinline, optnone))
REPLACED int64_t many(MANY) { return zero; }
REPLACED struct Large large(struct Large in, struct Pair pair) { return (struct Large){{in.n[0] + (int64_t)pair.d}}; }
REPLACED double variadic(int count, ...) { return count + (double)zero; }
REPLACED long double wide(long double a, __int128 b) { return a + (long double)b; }

int main(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    const struct Large in = {{1, 2, 3, 4, 5, 6}};
    const struct Large out = large(in, (struct Pair){7, 0.5});
    printf("%ld %ld %g %Lg\n", many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
           out.n[0] + 10 * out.n[5], variadic(6, 1, 2.5, 3, 4.5, 5, 6.5), wide(0.25L, (__int128)1 << 70));
    fflush(stdout);
  }
  return 0;
}

#ifndef NAME
#define NAME first
#define STEP 1
#endif
int NAME(void);

static int total;

static __attribute__((noinline)) void advance(void) { total += STEP; }

int NAME(void) {
  advance();
  return total;
}

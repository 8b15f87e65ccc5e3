#include <signal.h>

extern int leaf(int);

// A frame without a frame pointer whose size only the unwind tables know.
__attribute__((noinline)) int newInner(int n) {
  volatile int some[100];
  for (int i = 0; i < 100; ++i)
    some[i] = n + i;
  raise(SIGUSR1);
  return leaf(some[3]) + some[4];
}
int newMiddle(int n) {
  volatile int here = n + 5;
  return newInner(here) + here;
}

// Threads that are nearly always in a function that keeps its variables below the stack pointer, some of the time in a
// system call from there. The main thread is one of them, so with one thread it is that one which livepatch has to
// borrow.
#include "zone.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

volatile long number = 1, nothing = 0;
static atomic_long rounds, damaged;

__attribute__((noinline)) long zone(long seed) {
  return zoneDamage(seed) * 16 + 1;
}
__attribute__((noinline)) long other(long n) {
  return n + 1;
}

static void look(void) {
  static _Thread_local long seed;
  if (zone(seed += 1000) / 16 != 0)
    ++damaged;
  ++rounds;
}

static void *worker(void *unused) {
  for (;;)
    look();
  return unused;
}

int main(int argc, char **argv) {
  for (int i = 1; i < (argc > 1 ? atoi(argv[1]) : 1); ++i) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
  }
  char line[64];
  struct pollfd input = {0, POLLIN, 0};
  for (;;) {
    for (int i = 0; i < 50; ++i)
      look();
    if (poll(&input, 1, 0) != 1)
      continue;
    if (!fgets(line, sizeof line, stdin))
      return 0;
    printf("%ld %ld %ld damaged=%ld\n", zone(1) % 16, other(nothing), number, damaged);
    fflush(stdout);
  }
}

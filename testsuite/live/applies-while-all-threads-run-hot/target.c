#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

// The results of these two have to agree: both old (1, 1) or both new (2, 2) in every round that begins with `pair`.
__attribute__((noinline)) long first(long n) { return n + 1; }
__attribute__((noinline)) long second(long n) { return n + 1; }

static atomic_long rounds, wrong, newRounds;

// Not patched itself, but a frame of it is where a call of first() returns to: it calls both in one go.
__attribute__((noinline)) long pair(long n) { return first(n) * 16 + second(n); }

static void *worker(void *unused) {
  for (long n = 0;; ++n) {
    long got = pair(0);
    if (got != 17 && got != 34)
      atomic_fetch_add(&wrong, 1);
    if (got == 34)
      atomic_fetch_add(&newRounds, 1);
    atomic_fetch_add(&rounds, 1);
  }
  return unused;
}

int main(int argc, char **argv) {
  int threads = argc > 1 ? atoi(argv[1]) : 3;
  for (int i = 0; i < threads; ++i) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
  }
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    printf("%ld %ld %ld\n", atomic_load(&rounds), atomic_load(&newRounds), atomic_load(&wrong));
    fflush(stdout);
  }
  return 0;
}

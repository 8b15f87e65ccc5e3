// Threads call the functions of entries.S at full speed and check each result: old is n + 1, new is n + 2.
#include "entries.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef long (*Function)(long);
#define DECLARE(name) extern long name(long);
ACCEPTED(DECLARE)
REFUSED(DECLARE)
#define LISTED(name) {#name, name},
static const struct {
  const char *name;
  Function call;
} functions[] = {ACCEPTED(LISTED) REFUSED(LISTED)};
#define COUNT ((int)(sizeof functions / sizeof *functions))

// Each thread writes its own cache lines, so that counting does not slow the calls down.
typedef struct {
  _Alignas(64) atomic_long old, new, wrong, changes;
} Seen;
static Seen *seen;

static void count(atomic_long *counter) {
  atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + 1, memory_order_relaxed);
}

static void *caller(void *argument) {
  Seen *mine = argument;
  long before[COUNT] = {0};
  for (long n = 0;; ++n)
    for (int i = 0; i < COUNT; ++i) {
      long plus = functions[i].call(n) - n;
      count(plus == 1 ? &mine->old : plus == 2 ? &mine->new : &mine->wrong);
      if (plus != before[i])
        count(&mine->changes);
      before[i] = plus;
    }
  return NULL;
}

int main(int argc, char **argv) {
  int threads = argc > 1 ? atoi(argv[1]) : 3;
  seen = aligned_alloc(64, sizeof(Seen) * (size_t)(threads + 1));
  memset(seen, 0, sizeof(Seen) * (size_t)(threads + 1));
  for (int i = 0; i < threads; ++i) {
    pthread_t thread;
    pthread_create(&thread, NULL, caller, &seen[i]);
  }
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == 'f') { // what each function does now
      for (int i = 0; i < COUNT; ++i)
        printf("%s=%ld ", functions[i].name, functions[i].call(40) - 40);
    } else {
      long old = 0, new = 0, wrong = 0, changes = 0;
      for (int i = 0; i < threads; ++i) {
        old += seen[i].old;
        new += seen[i].new;
        wrong += seen[i].wrong;
        changes += seen[i].changes;
      }
      printf("%ld %ld %ld %ld", old, new, wrong, changes);
    }
    printf("\n");
    fflush(stdout);
  }
  return 0;
}

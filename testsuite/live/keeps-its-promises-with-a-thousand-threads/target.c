// N threads that check what they call: `target N callers` has them stay, `target N chains` has each live for a moment
// and make its successor. Three of the callers never pause; the others do, the longer the more there are, for the
// machine has to carry them. One thread more, the-worker, goes into an old function when it is told to.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { mostThreads = 1000, restless = 3, stackSize = 64 * 1024, pauseMicroseconds = 100 };

volatile long number = 1;
__attribute__((noinline)) long first(long n) {
  return n + 1;
}
__attribute__((noinline)) long second(long n) {
  return n + 1;
}
__attribute__((noinline)) long third(long n) {
  return n + 1;
}
__attribute__((noinline)) long fourth(long n) {
  return n + 1;
}
// All three agree in every call: 111 or 222.
__attribute__((noinline)) long together(void) {
  return first(0) * 100 + second(0) * 10 + number;
}

// Each thread writes to its own cache line.
typedef struct {
  _Alignas(64) atomic_long rounds, new, mixed, wrong, ups, downs;
  long last;
} Seen;
static Seen *seen;
static int count;
static pthread_attr_t small;

static void more(atomic_long *counter) {
  atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + 1, memory_order_relaxed);
}

// One switch is one change for all functions: seen one after the other, in whatever order, they never go back and
// forth.
static void note(Seen *mine, long version) {
  if (version != 1 && version != 2)
    more(&mine->wrong);
  else if (mine->last != version)
    more(version > mine->last ? &mine->ups : &mine->downs);
  mine->last = version;
}

static void oneRound(Seen *mine) {
  long got = together();
  if (got != 111 && got != 222)
    more(&mine->mixed);
  if (got == 222)
    more(&mine->new);
  note(mine, first(mine->rounds) - mine->rounds);
  note(mine, fourth(mine->rounds) - mine->rounds);
  note(mine, second(mine->rounds) - mine->rounds);
  note(mine, third(mine->rounds) - mine->rounds);
  more(&mine->rounds);
}

static void *caller(void *argument) {
  Seen *mine = argument;
  for (;;) {
    oneRound(mine);
    // Not inside of the functions all the time, or `stack` would wait for long on two processors.
    for (volatile int i = 0; i < 300; ++i)
      ;
    if (mine - seen >= restless)
      usleep((unsigned)(count * pauseMicroseconds));
  }
  return NULL;
}

static void *shortLived(void *argument) {
  Seen *mine = argument;
  oneRound(mine);
  usleep((unsigned)(count * pauseMicroseconds));
  oneRound(mine);
  pthread_t next;
  while (pthread_create(&next, &small, shortLived, mine) != 0)
    usleep(1000);
  pthread_detach(next);
  return NULL;
}

static int order[2]; // a pipe
static volatile int inside, spinning, leave;

__attribute__((noinline)) int deep(int n) {
  char byte;
  if (n > 0)
    return deep(n - 1) + 1;
  inside = 1;
  if (!spinning)
    return read(order[0], &byte, 1) == 1 ? 0 : -1000;
  while (!leave)
    ;
  return 0;
}
__attribute__((noinline)) int handle(int n) {
  return deep(n) + 1;
}

static void *worker(void *unused) {
  char byte;
  prctl(PR_SET_NAME, "the-worker");
  while (read(order[0], &byte, 1) == 1) {
    spinning = byte == 's';
    handle(20);
    inside = 0;
  }
  return unused;
}

// 's': the worker spins inside; 'b': is blocked inside; 'l': leaves. Then, whatever the line, all threads have to go
// on.
static void tell(char what) {
  if (what == 's' || what == 'b') {
    leave = 0;
    if (write(order[1], &what, 1) != 1)
      abort();
    while (!inside)
      usleep(1000);
  } else if (what == 'l') {
    leave = 1;
    if (!spinning && write(order[1], &what, 1) != 1)
      abort();
    while (inside)
      usleep(1000);
  }
  static long before[mostThreads];
  for (int i = 0; i < count; ++i)
    before[i] = seen[i].rounds;
  for (int i = 0; i < count; ++i)
    while (seen[i].rounds < before[i] + 2) // one of them was begun afterwards
      usleep(1000);
}

int main(int argc, char **argv) {
  if (argc != 3 || (count = atoi(argv[1])) > mostThreads || pipe(order) != 0)
    return 2;
  seen = aligned_alloc(_Alignof(Seen), sizeof(Seen) * (size_t)count);
  memset(seen, 0, sizeof(Seen) * (size_t)count);
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, stackSize);
  void *(*one)(void *) = strcmp(argv[2], "callers") == 0 ? caller : shortLived;
  pthread_t thread;
  int failed = pthread_create(&thread, &small, worker, NULL);
  for (int i = 0; i < count; ++i) {
    seen[i].last = 1;
    failed |= pthread_create(&thread, &small, one, &seen[i]);
  }
  if (failed)
    return 1;
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    tell(line[0]);
    long sums[4] = {0}, ups = 0, downs = 0;
    for (int i = 0; i < count; ++i) {
      sums[0] += seen[i].rounds;
      sums[1] += seen[i].new;
      sums[2] += seen[i].mixed;
      sums[3] += seen[i].wrong;
      ups = ups > seen[i].ups ? ups : seen[i].ups;
      downs = downs > seen[i].downs ? downs : seen[i].downs;
    }
    printf("%ld %ld %ld %ld %ld %ld\n", sums[0], sums[1], sums[2], sums[3], ups, downs);
    fflush(stdout);
  }
  return 0;
}

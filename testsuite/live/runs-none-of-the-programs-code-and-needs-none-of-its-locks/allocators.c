// Every thread is in an allocator nearly all the time: half of them in malloc and free with one arena for all, the
// others in one of the program's own, behind a mutex that one of them sleeps with. Whoever came into an allocator a
// second time while it is inside, or stood still, would show it.
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { mostThreads = 64 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *freeBlocks;
static atomic_long progress[mostThreads], wrong;
static _Thread_local int inside;
volatile long extra = 1;

// Called with the lock held, and around malloc.
__attribute__((noinline)) size_t roomFor(size_t size) {
  return size + 16;
}
__attribute__((noinline)) long mark(long n) {
  return n + 1;
}

static void enter(void) {
  if (inside++)
    ++wrong;
}

static void *ownAllocate(int sleep) {
  enter();
  pthread_mutex_lock(&lock);
  void *block = freeBlocks;
  if (block)
    memcpy(&freeBlocks, block, sizeof block);
  else
    block = malloc(roomFor(64));
  if (sleep)
    usleep(300);
  pthread_mutex_unlock(&lock);
  --inside;
  return block;
}

static void ownFree(void *block) {
  enter();
  pthread_mutex_lock(&lock);
  memcpy(block, &freeBlocks, sizeof block);
  freeBlocks = block;
  pthread_mutex_unlock(&lock);
  --inside;
}

static void *worker(void *argument) {
  long k = (long)argument;
  for (;;) {
    void *blocks[8];
    for (int i = 0; i < 8; ++i) {
      if (k % 2) {
        blocks[i] = ownAllocate(k == 1 && i == 0);
        continue;
      }
      enter();
      blocks[i] = malloc(roomFor((size_t)i * 200));
      --inside;
    }
    for (int i = 0; i < 8; ++i) {
      long marked = mark(k);
      memset(blocks[i], (int)marked, 16);
      if (marked != k + 1 && marked != k + 2)
        ++wrong;
      if (k % 2) {
        ownFree(blocks[i]);
        continue;
      }
      enter();
      free(blocks[i]);
      --inside;
    }
    ++progress[k];
  }
  return argument;
}

// Each line is answered when every thread has gone on: with what the functions and the variable are now.
int main(int argc, char **argv) {
  int threads = argc > 1 ? atoi(argv[1]) : 8;
  mallopt(M_ARENA_MAX, 1);
  for (long i = 0; i < threads; ++i) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, (void *)i);
  }
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    for (int i = 0; i < threads; ++i)
      for (long before = progress[i]; progress[i] < before + 2;)
        usleep(100);
    printf("%ld %ld %ld wrong=%ld\n", (long)roomFor(0), mark(extra) - extra, extra, wrong);
    fflush(stdout);
  }
  return 0;
}

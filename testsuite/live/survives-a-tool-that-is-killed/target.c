#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

// Together they are the old state or the new one; the data go with the functions.
char text[16] = "old text";
int number = 1;
__attribute__((noinline)) long first(long n) { return n * 3 + 1; }
__attribute__((noinline)) long second(long n) { return n * 5 + 1; }

static atomic_long rounds, wrong;

// Registers and flags hold values over loops that a badly restored thread would get wrong.
static void *computer(void *unused) {
  for (;;) {
    unsigned long a = 1, b = 2, c = 3, d = 4;
    double x = 1.0;
    for (int i = 0; i < 1000; ++i)
      a = a * 31 + b, b ^= a >> 7, c += b & 15, d = d * 3 + c, x = x * 1.0000001 + 1e-9;
    static unsigned long expected;
    static double expectedX;
    if (!expected)
      expected = a ^ b ^ c ^ d, expectedX = x;
    if ((a ^ b ^ c ^ d) != expected || x != expectedX)
      atomic_fetch_add(&wrong, 1);
    long f = first(2), s = second(2);
    if ((f != 7 && f != 70) || (s != 11 && s != 110))
      atomic_fetch_add(&wrong, 1);
    atomic_fetch_add(&rounds, 1);
  }
  return unused;
}

static void *sleeper(void *unused) {
  int set = epoll_create1(0);
  struct epoll_event event;
  for (;;) {
    // EINTR may be seen here: a tool that dies while a thread stands cannot hide the stop from it.
    if (epoll_wait(set, &event, 1, 50) != 0 && errno != EINTR)
      atomic_fetch_add(&wrong, 1);
    atomic_fetch_add(&rounds, 1);
  }
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, computer, NULL);
  for (int i = 0; i < 3; ++i)
    pthread_create(&thread, NULL, sleeper, NULL);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    printf("%ld %ld %s %d %ld %ld\n", first(2), second(2), text, number, (long)wrong, (long)rounds);
    fflush(stdout);
  }
  return 0;
}

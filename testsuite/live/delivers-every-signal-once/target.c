#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

__attribute__((noinline)) int value(void) { return 1; }
__attribute__((noinline)) int other(void) { return 1; }

static atomic_long handled, woken;

static void onSignal(int number) {
  (void)number;
  atomic_fetch_add(&handled, value() > 0);
}

// Counts how often a signal's EINTR ends its wait: the program has to see those.
static void *waiter(void *unused) {
  int set = epoll_create1(0);
  struct epoll_event event;
  for (;;)
    if (epoll_wait(set, &event, 1, -1) < 0)
      atomic_fetch_add(&woken, 1);
  return unused;
}

static void *busy(void *unused) {
  for (;;)
    if (value() + other() == 0)
      return unused;
}

int main(void) {
  struct sigaction action = {.sa_handler = onSignal};
  sigaction(SIGRTMIN, &action, NULL);
  pthread_t thread;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  pthread_create(&thread, NULL, waiter, NULL); // this one takes the signals that arrive while it waits
  pthread_create(&thread, NULL, busy, NULL);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    printf("%d %ld %ld\n", value() + other(), (long)handled, (long)woken);
    fflush(stdout);
  }
  return 0;
}

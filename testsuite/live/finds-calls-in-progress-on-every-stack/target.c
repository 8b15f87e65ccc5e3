#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <ucontext.h>
#include <unistd.h>

// target KIND: where the old function's call is in progress when somebody asks.
static sem_t gate;
static volatile int inside;
static char stack[1 << 18];
static ucontext_t home, other;

__attribute__((noinline)) int value(void) { return 1; }

static void waitHere(void) {
  inside = 1;
  sem_wait(&gate);
  inside = 0;
}

__attribute__((noinline)) int odd(int n);
__attribute__((noinline)) int even(int n) {
  if (n == 0)
    waitHere();
  return n == 0 ? 1 : odd(n - 1) + 1;
}
__attribute__((noinline)) int odd(int n) { return even(n - 1) + 1; }

// The signal comes in the middle of handle(); the handler waits on a stack of its own.
__attribute__((noinline)) int handle(void) {
  raise(SIGUSR1);
  return 1;
}
static void onSignal(int number) {
  (void)number;
  waitHere();
}

// handle() is called by the handler itself.
static void onSignalCalling(int number) {
  (void)number;
  even(2);
}

static void coroutine(void) { even(2); }

static void *worker(void *kind) {
  prctl(PR_SET_NAME, "the-worker");
  stack_t alternate = {.ss_sp = malloc(1 << 17), .ss_size = 1 << 17};
  sigaltstack(&alternate, NULL);
  struct sigaction action = {.sa_handler = onSignal, .sa_flags = SA_ONSTACK};
  if (strcmp(kind, "calling-handler") == 0)
    action.sa_handler = onSignalCalling;
  sigaction(SIGUSR1, &action, NULL);
  if (strcmp(kind, "recursion") == 0) {
    even(1000);
  } else if (strcmp(kind, "ucontext") == 0) {
    getcontext(&other);
    other.uc_stack.ss_sp = stack;
    other.uc_stack.ss_size = sizeof stack;
    other.uc_link = &home;
    makecontext(&other, coroutine, 0);
    swapcontext(&home, &other);
  } else if (strcmp(kind, "calling-handler") == 0) {
    raise(SIGUSR1);
  } else {
    handle();
  }
  for (;;)
    pause();
  return NULL;
}

int main(int argc, char **argv) {
  sem_init(&gate, 0, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, worker, argc > 1 ? argv[1] : "recursion");
  while (!inside)
    usleep(1000);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == 'l') {
      sem_post(&gate);
      while (inside)
        usleep(1000);
    }
    printf("%d %d\n", value(), inside);
    fflush(stdout);
  }
  return 0;
}

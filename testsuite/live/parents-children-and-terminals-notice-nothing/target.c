// Makes children in every way all the time, and sends itself numbered signals; counts what does not come out as it
// should.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noinline)) int value(void) {
  return 1;
}
__attribute__((noinline)) int other(void) {
  return 1;
}
int number = 1;

static atomic_long children, wrongChildren, signals, wrongSignals;

// One that ends with `code`, whatever way it was made.
static void expect(pid_t child, int code) {
  int status = -1;
  if (child <= 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != code)
    atomic_fetch_add(&wrongChildren, 1);
  atomic_fetch_add(&children, 1);
}
static int clonedChild(void *unused) {
  (void)unused;
  _exit(6);
}
static void *parent(void *unused) {
  char *const words[] = {"sh", "-c", "exit 7", NULL}, *const none[] = {NULL};
  static char stack[65536] __attribute__((aligned(16)));
  for (;;) {
    pid_t child = 0;
    if (posix_spawn(&child, "/bin/sh", NULL, NULL, words, none) != 0)
      atomic_fetch_add(&wrongChildren, 1);
    else
      expect(child, 7);
    child = fork();
    if (child == 0) {
      int sum = value() + other() + number; // one of the two, never a mix
      _exit(sum == 3 || sum == 6 ? 5 : 1);
    }
    expect(child, 5);
    child = vfork();
    if (child == 0)
      _exit(4);
    expect(child, 4);
    expect(clone(clonedChild, stack + sizeof stack, SIGCHLD, NULL), 6);
    usleep(2000);
  }
  return unused;
}

// Signals of one number come in the order in which they were sent, each once (signal(7), "Real-time signals").
static volatile int last;
static void onSignal(int which, siginfo_t *info, void *context) {
  (void)which, (void)context;
  if (info->si_value.sival_int != last + 1)
    atomic_fetch_add(&wrongSignals, 1);
  last = info->si_value.sival_int;
  atomic_fetch_add(&signals, 1);
}
static void *receiver(void *unused) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  for (;;)
    pause();
  return unused;
}
static void *sender(void *unused) {
  for (int i = 1;; ++i) {
    union sigval numbered = {.sival_int = i};
    while (sigqueue(getpid(), SIGRTMIN, numbered) != 0 && errno == EAGAIN)
      usleep(1000);
    if (i % 8 == 0)
      usleep(1000);
  }
  return unused;
}

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  struct sigaction action = {.sa_sigaction = onSignal, .sa_flags = SA_SIGINFO};
  sigaction(SIGRTMIN, &action, NULL);
  pthread_t thread;
  pthread_create(&thread, NULL, receiver, NULL);
  pthread_create(&thread, NULL, parent, NULL);
  pthread_create(&thread, NULL, sender, NULL);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    printf("%d %ld %ld %ld %ld\n", value() + other() + number, (long)children, (long)wrongChildren, (long)signals,
           (long)wrongSignals);
    fflush(stdout);
  }
  return 0;
}

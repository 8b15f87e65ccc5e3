#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noinline)) int value(void) {
  return 1;
}
__attribute__((noinline)) int other(void) {
  return 1;
}

int number = 1;
static atomic_long handled, woken;
static struct { atomic_long sent, stop; } * shared;

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

// A process of its own: so densely that some come in the few microseconds in which a thread is held, but runs.
static void sendTo(pid_t whom) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (!shared->stop) {
    kill(whom, SIGRTMIN);
    kill(whom, SIGCHLD); // ignored by default: nobody may notice it
    ++shared->sent;
    for (volatile int i = 0; i < 2000; ++i) {
    }
    if (shared->sent % 64 == 0) // the queue has an end
      usleep(2000);
  }
  _exit(0);
}

int main(void) {
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  struct sigaction action = {.sa_handler = onSignal};
  sigaction(SIGRTMIN, &action, NULL);
  pthread_t thread;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  pthread_create(&thread, NULL, waiter, NULL); // this one takes the signals that arrive while it waits
  pthread_create(&thread, NULL, busy, NULL);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  if (fork() == 0)
    sendTo(getppid());
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    shared->stop = line[0] == 's';
    if (shared->stop)
      wait(NULL);
    printf("%d %ld %ld %ld\n", value() + other(), (long)handled, (long)woken, (long)shared->sent);
    fflush(stdout);
  }
  return 0;
}

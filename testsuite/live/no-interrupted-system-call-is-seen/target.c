// A thread for each row of the tables, or for the one named on the command line; each blocks in its call again and
// again, and counts what it should not have seen. "?" on standard input is answered with the sums, "rows" with each
// row's.
#include "calls.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((noinline)) int value(void) {
  return 1;
}
__attribute__((noinline)) int other(void) {
  return 1;
}
int number = 1;

struct Row {
  const struct Call *call;
  pthread_t worker;
  int signal;
  atomic_long ended, wrong, tooShort, turn, sent, received;
  char what[96];
};
enum { mostRows = 128 };
static struct Row rows[mostRows];
static int count;
static _Thread_local struct Row *mine; // both threads of a row

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

pthread_mutex_t forking = PTHREAD_MUTEX_INITIALIZER;
int signalOfRow(void) {
  return mine->signal;
}
void wakeBySignal(void) {
  atomic_fetch_add(&mine->sent, 1);
  pthread_kill(mine->worker, mine->signal);
}
int tookSignal(int which) {
  if (which != mine->signal)
    return -1;
  atomic_fetch_add(&mine->received, 1);
  return 0;
}
static void onSignal(int which) {
  (void)tookSignal(which);
}

static void *worker(void *argument) {
  struct Row *row = mine = argument;
  for (;;) {
    double begin = now();
    atomic_fetch_add(&row->turn, 1); // lets the waker start its time
    if (row->call->block() < 0) {
      snprintf(row->what, sizeof row->what, "errno %d (%s) after %.4f s", errno, strerrorname_np(errno), now() - begin);
      atomic_fetch_add(&row->wrong, 1);
      if (errno == 0 || errno == EINTR)
        continue;
      return NULL; // broken for good: others would drown in its reports
    }
    if (now() - begin < span / 1000.0 * 0.8) { // some of the calls count in the kernel's ticks of up to 10 ms
      snprintf(row->what, sizeof row->what, "took %.4f s", now() - begin);
      atomic_fetch_add(&row->tooShort, 1);
    }
    atomic_fetch_add(&row->ended, 1);
    while (row->call->wake && atomic_load(&row->turn) % 2 == 1)
      usleep(1000); // until the waker has done its part
  }
}

static void *waker(void *argument) {
  struct Row *row = mine = argument;
  for (long done = -1;;) {
    if (atomic_load(&row->turn) % 2 == 0 || atomic_load(&row->ended) == done) {
      usleep(1000);
      continue;
    }
    done = atomic_load(&row->ended);
    struct timespec until = inSpan(CLOCK_MONOTONIC);
    do {
      clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
      row->call->wake();
      until = inSpan(CLOCK_MONOTONIC);
    } while (row->call->again && (usleep(2000), atomic_load(&row->ended) == done));
    atomic_fetch_add(&row->turn, 1);
    done = -1;
  }
}

static void add(const struct Call *table, const char *only) {
  for (; table->name; ++table)
    if ((!only || strcmp(only, table->name) == 0) && count < mostRows)
      rows[count++].call = table;
}

int main(int argc, char **argv) {
  const char *only = argc > 1 ? argv[1] : NULL;
  add(timedCalls, only);
  add(socketCalls, only);
  add(wokenCalls, only);
  add(ringCalls, only);
  sigset_t all;
  sigemptyset(&all);
  sigaddset(&all, SIGUSR2);
  struct sigaction action = {.sa_handler = onSignal};
  for (int i = 0, next = SIGRTMIN; i < count; ++i) {
    if (rows[i].call->wake != wakeBySignal)
      continue;
    rows[i].signal = next++;
    sigaction(rows[i].signal, &action, NULL);
    sigaddset(&all, rows[i].signal);
  }
  pthread_sigmask(SIG_BLOCK, &all, NULL); // inherited by the others
  for (int i = 0; i < count; ++i)
    pthread_create(&rows[i].worker, NULL, worker, &rows[i]);
  for (int i = 0; i < count; ++i) {
    pthread_t thread;
    if (rows[i].call->wake)
      pthread_create(&thread, NULL, waker, &rows[i]);
  }
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == 'q')
      return puts("bye") < 0;
    if (line[0] == 'r')
      for (int i = 0; i < count; ++i)
        printf("%s %ld %ld %ld %ld %s;", rows[i].call->name, (long)rows[i].ended, (long)rows[i].wrong,
               (long)rows[i].tooShort, labs(rows[i].sent - rows[i].received), rows[i].what);
    else
      printf("%d", value() + other() + number);
    putchar('\n');
    fflush(stdout);
  }
  return 0;
}

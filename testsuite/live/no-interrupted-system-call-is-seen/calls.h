// The system calls that a thread can be blocked in, each as a row of a table.
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <pthread.h>
#include <time.h>

enum { span = 60 }; // milliseconds that each call blocks at least

struct Call {
  const char *name;
  int (*block)(void); // 0: it ended as it should; -1: not, with errno
  void (*wake)(void); // what ends it, done by another thread after `span`; NULL: it ends by itself
  int again;          // wake is repeated until the call has ended: it may have come before the call began
};

extern const struct Call timedCalls[], socketCalls[], wokenCalls[], ringCalls[]; // each ends with a row without a name

static inline struct timespec inSpan(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  t.tv_nsec += span * 1000000L;
  if (t.tv_nsec >= 1000000000)
    ++t.tv_sec, t.tv_nsec -= 1000000000;
  return t;
}

// A call that has to end with this errno, after its time.
static inline int endsWith(long outcome, int expected) {
  if (outcome < 0 && errno == expected)
    return 0;
  if (outcome >= 0)
    errno = 0; // it says success although nothing has happened
  return -1;
}

void wakeBySignal(void);        // the thread that runs the caller's row
int signalOfRow(void);          // which signal that is; blocked in that thread until it waits for it
extern pthread_mutex_t forking; // whoever forks, or has a descriptor open that no child may inherit
int tookSignal(int which);      // counts it; 0 if it is that one

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

__attribute__((noinline)) int value(void) { return 1; }
__attribute__((noinline)) int other(void) { return 1; }

static atomic_long interrupted, tooShort, wakes;
static char which[512];
static int silent; // a socket from which nothing ever comes
static int pipeEnd;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

enum { span = 300 }; // milliseconds that each call blocks

static int epollWait(void) {
  struct epoll_event event;
  int set = epoll_create1(0), got = epoll_wait(set, &event, 1, span);
  int cause = errno;
  close(set);
  errno = cause;
  return got;
}
static int pollNothing(void) { return poll(NULL, 0, span); }
static int selectNothing(void) {
  struct timeval t = {0, span * 1000};
  return select(0, NULL, NULL, NULL, &t);
}
static int sleepNano(void) {
  struct timespec t = {0, span * 1000000L};
  return nanosleep(&t, NULL);
}
static int sleepClock(void) {
  struct timespec t = {0, span * 1000000L};
  errno = clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
  return errno ? -1 : 0;
}
static int futexWait(void) {
  static int word;
  struct timespec t = {0, span * 1000000L};
  return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &t, NULL, 0) < 0 && errno != ETIMEDOUT ? -1 : 0;
}
static int semTimedWait(void) {
  sem_t sem;
  sem_init(&sem, 0, 0);
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  t.tv_nsec += span * 1000000L;
  if (t.tv_nsec >= 1000000000)
    ++t.tv_sec, t.tv_nsec -= 1000000000;
  return sem_timedwait(&sem, &t) < 0 && errno != ETIMEDOUT ? -1 : 0;
}
static int receive(void) {
  char c;
  return recv(silent, &c, 1, 0) < 0 && errno != EAGAIN ? -1 : 0;
}
static int sigTimedWait(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  struct timespec t = {0, span * 1000000L};
  return sigtimedwait(&set, NULL, &t) < 0 && errno != EAGAIN ? -1 : 0;
}
static int semaphoreV(void) {
  static int set = -1;
  if (set < 0)
    set = semget(IPC_PRIVATE, 1, 0600 | IPC_CREAT);
  struct sembuf down = {0, -1, 0};
  struct timespec t = {0, span * 1000000L};
  int got = semtimedop(set, &down, 1, &t);
  return got < 0 && errno != EAGAIN ? -1 : 0;
}
static int readPipe(void) { // blocks until the main thread writes; restarted by the kernel
  char c;
  return read(pipeEnd, &c, 1) == 1 ? 0 : -1;
}

static const struct {
  const char *name;
  int (*call)(void);
  int timed;
} kinds[] = {{"epoll_wait", epollWait, 1},     {"poll", pollNothing, 1},    {"select", selectNothing, 1},
             {"nanosleep", sleepNano, 1},      {"clock_nanosleep", sleepClock, 1}, {"futex", futexWait, 1},
             {"sem_timedwait", semTimedWait, 1}, {"recv", receive, 1},      {"sigtimedwait", sigTimedWait, 1},
             {"semtimedop", semaphoreV, 1},    {"read", readPipe, 0}};

static void *worker(void *argument) {
  long k = (long)argument;
  for (;;) {
    double begin = now();
    if (kinds[k].call() < 0) {
      atomic_fetch_add(&interrupted, 1);
      snprintf(which, sizeof which, "%s errno %d", kinds[k].name, errno);
    } else if (kinds[k].timed && now() - begin < span / 1000.0 * 0.95) {
      atomic_fetch_add(&tooShort, 1);
      snprintf(which, sizeof which, "%s took %f", kinds[k].name, now() - begin);
    }
    atomic_fetch_add(&wakes, 1);
  }
  return NULL;
}

int main(void) {
  int pair[2], ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) || pipe(ends))
    return 1;
  silent = pair[0];
  pipeEnd = ends[0];
  struct timeval t = {0, span * 1000};
  setsockopt(silent, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  for (long k = 0; k < (long)(sizeof kinds / sizeof *kinds); ++k) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, (void *)k);
  }
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    if (write(ends[1], "x", 1) != 1)
      return 1;
    printf("%d %ld %ld %ld %s\n", value() + other(), (long)wakes, (long)interrupted, (long)tooShort, which);
    fflush(stdout);
  }
  return 0;
}

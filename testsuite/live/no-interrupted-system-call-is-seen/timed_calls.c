// Calls with a time limit of their own; those of sockets are in socket_calls.c.
#include "calls.h"

#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct timespec relative = {0, span * 1000000L};

static int emptyEpoll(void) {
  static int set;
  if (!set)
    set = epoll_create1(0);
  return set;
}
static sigset_t noSignals(void) {
  sigset_t set;
  sigemptyset(&set);
  return set;
}

static struct epoll_event event;
static int epollWait(void) {
  return epoll_wait(emptyEpoll(), &event, 1, span);
}
static int epollPwait(void) {
  sigset_t mask = noSignals();
  return epoll_pwait(emptyEpoll(), &event, 1, span, &mask);
}
static int epollPwait2(void) {
  return (int)syscall(441, emptyEpoll(), &event, 1, &relative, NULL, 0);
}
static int pollNothing(void) {
  return poll(NULL, 0, span);
}
static int ppollNothing(void) {
  sigset_t mask = noSignals();
  return ppoll(NULL, 0, &relative, &mask);
}
static int selectNothing(void) {
  struct timeval t = {0, span * 1000};
  return select(0, NULL, NULL, NULL, &t);
}
static int pselectNothing(void) {
  sigset_t mask = noSignals();
  return pselect(0, NULL, NULL, NULL, &relative, &mask);
}

static int sleepNano(void) {
  struct timespec left;
  return (int)syscall(SYS_nanosleep, &relative, &left);
}
static int sleepClock(clockid_t clock, int flags, struct timespec until) {
  struct timespec left;
  errno = clock_nanosleep(clock, flags, &until, flags ? NULL : &left);
  return errno ? -1 : 0;
}
static int sleepRelative(void) {
  return sleepClock(CLOCK_MONOTONIC, 0, relative);
}
static int sleepAbsolute(void) {
  return sleepClock(CLOCK_MONOTONIC, TIMER_ABSTIME, inSpan(CLOCK_MONOTONIC));
}
static int sleepWallClock(void) {
  return sleepClock(CLOCK_REALTIME, TIMER_ABSTIME, inSpan(CLOCK_REALTIME));
}
static int sleepMicro(void) {
  return usleep(span * 1000);
}

static uint32_t word;
static int futexWait(void) {
  return endsWith(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &relative, NULL, 0), ETIMEDOUT);
}
static int futexBitset(void) {
  struct timespec until = inSpan(CLOCK_MONOTONIC);
  return endsWith(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, &until, NULL, FUTEX_BITSET_MATCH_ANY),
                  ETIMEDOUT);
}
static int futexPi(void) { // owned by the main thread for ever
  static uint32_t owned;
  owned = (uint32_t)getpid() | FUTEX_WAITERS;
  struct timespec until = inSpan(CLOCK_REALTIME);
  return endsWith(syscall(SYS_futex, &owned, FUTEX_LOCK_PI_PRIVATE, 0, &until, NULL, 0), ETIMEDOUT);
}
static int futexSeveral(void) {
  struct {
    uint64_t value, address;
    uint32_t flags, reserved;
  } waiters[2] = {{0, (uintptr_t)&word, 2 | FUTEX_PRIVATE_FLAG, 0}, {0, (uintptr_t)&word, 2 | FUTEX_PRIVATE_FLAG, 0}};
  struct timespec until = inSpan(CLOCK_MONOTONIC);
  return endsWith(syscall(449 /* futex_waitv */, waiters, 2, 0, &until, CLOCK_MONOTONIC), ETIMEDOUT);
}
static int semaphoreTimed(void) {
  static sem_t semaphore;
  struct timespec until = inSpan(CLOCK_REALTIME);
  return endsWith(sem_timedwait(&semaphore, &until), ETIMEDOUT);
}
static int conditionTimed(void) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  struct timespec until = inSpan(CLOCK_REALTIME);
  pthread_mutex_lock(&mutex);
  errno = pthread_cond_timedwait(&condition, &mutex, &until);
  int cause = errno;
  pthread_mutex_unlock(&mutex);
  errno = cause;
  return endsWith(-1, ETIMEDOUT);
}

static char byte;
static int signalTimed(void) {
  sigset_t set = noSignals();
  sigaddset(&set, SIGUSR2);
  return endsWith(sigtimedwait(&set, NULL, &relative), EAGAIN);
}
static int semaphoreOfRow = -1;
__attribute__((destructor)) static void takeDown(void) {
  if (semaphoreOfRow >= 0)
    semctl(semaphoreOfRow, 0, IPC_RMID);
}
static int semaphoreSet(void) {
  static int set = -1;
  if (set < 0) {
    set = semget(IPC_PRIVATE, 1, 0600 | IPC_CREAT);
    semaphoreOfRow = set;
  }
  struct sembuf down = {0, -1, 0};
  return endsWith(semtimedop(set, &down, 1, &relative), EAGAIN);
}
static mqd_t queue(const char *what, int full) {
  char name[64];
  snprintf(name, sizeof name, "/livepatch-%d-%s", getpid(), what);
  struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 8};
  mqd_t made = mq_open(name, O_RDWR | O_CREAT, 0600, &attributes);
  mq_unlink(name);
  if (full)
    mq_send(made, "x", 1, 0);
  return made;
}
static int queueReceive(void) {
  static mqd_t empty;
  if (!empty)
    empty = queue("empty", 0);
  char message[8];
  struct timespec until = inSpan(CLOCK_REALTIME);
  return endsWith(mq_timedreceive(empty, message, sizeof message, NULL, &until), ETIMEDOUT);
}
static int queueSend(void) {
  static mqd_t full;
  if (!full)
    full = queue("full", 1);
  struct timespec until = inSpan(CLOCK_REALTIME);
  return endsWith(mq_timedsend(full, "y", 1, 0, &until), ETIMEDOUT);
}
static int readTimer(void) {
  int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  struct itimerspec once = {{0, 0}, relative};
  uint64_t times = 0;
  timerfd_settime(timer, 0, &once, NULL);
  ssize_t got = read(timer, &times, sizeof times);
  int cause = errno;
  close(timer);
  errno = cause;
  return got == sizeof times && times == 1 ? 0 : -1;
}
static aio_context_t aio(void) {
  static aio_context_t context;
  if (!context)
    syscall(SYS_io_setup, 1, &context);
  return context;
}
static int aioEvents(void) {
  struct io_event event;
  return (int)syscall(SYS_io_getevents, aio(), 1, 1, &event, &relative);
}
static int aioEventsMasked(void) {
  static aio_context_t context;
  if (!context)
    syscall(SYS_io_setup, 1, &context);
  struct io_event event;
  return (int)syscall(333 /* io_pgetevents */, context, 1, 1, &event, &relative, NULL);
}

static pid_t forked(void) {
  pthread_mutex_lock(&forking);
  pid_t child = fork();
  if (child)
    pthread_mutex_unlock(&forking);
  return child;
}

// A child that sleeps: waiting for it is a call of its own.
static pid_t sleepingChild(int exitCode) {
  pid_t child = forked();
  if (child == 0) {
    struct timespec until = inSpan(CLOCK_MONOTONIC);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0)
      ;
    _exit(exitCode);
  }
  return child;
}
static int waitChild(void) {
  int status = 0;
  pid_t child = sleepingChild(7);
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7 ? 0 : -1;
}
static int waitIdChild(void) {
  siginfo_t how;
  pid_t child = sleepingChild(8);
  return waitid(P_PID, (id_t)child, &how, WEXITED) == 0 && how.si_status == 8 && how.si_pid == child ? 0 : -1;
}
static int recordLock(void) { // another process holds the lock for `span`
  static int file = -1;
  if (file < 0)
    file = fileno(tmpfile());
  int ready[2];
  if (pipe(ready))
    return -1;
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  pid_t child = forked();
  if (child == 0) {
    fcntl(file, F_SETLK, &whole);
    if (write(ready[1], "", 1) != 1)
      _exit(1);
    struct timespec until = inSpan(CLOCK_MONOTONIC);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0)
      ;
    _exit(0);
  }
  if (read(ready[0], &byte, 1) != 1)
    return -1;
  int outcome = fcntl(file, F_SETLKW, &whole), cause = errno;
  whole.l_type = F_UNLCK;
  fcntl(file, F_SETLK, &whole);
  while (waitpid(child, NULL, 0) < 0)
    ;
  close(ready[0]);
  close(ready[1]);
  errno = cause;
  return outcome;
}

const struct Call timedCalls[] = {
    {"epoll_wait", epollWait, 0, 0},
    {"epoll_pwait", epollPwait, 0, 0},
    {"epoll_pwait2", epollPwait2, 0, 0},
    {"poll", pollNothing, 0, 0},
    {"ppoll", ppollNothing, 0, 0},
    {"select", selectNothing, 0, 0},
    {"pselect", pselectNothing, 0, 0},
    {"nanosleep", sleepNano, 0, 0},
    {"clock_nanosleep", sleepRelative, 0, 0},
    {"clock_nanosleep-absolute", sleepAbsolute, 0, 0},
    {"clock_nanosleep-realtime", sleepWallClock, 0, 0},
    {"usleep", sleepMicro, 0, 0},
    {"futex", futexWait, 0, 0},
    {"futex-bitset", futexBitset, 0, 0},
    {"futex-pi", futexPi, 0, 0},
    {"futex_waitv", futexSeveral, 0, 0},
    {"sem_timedwait", semaphoreTimed, 0, 0},
    {"pthread_cond_timedwait", conditionTimed, 0, 0},
    {"sigtimedwait", signalTimed, 0, 0},
    {"semtimedop", semaphoreSet, 0, 0},
    {"mq_timedreceive", queueReceive, 0, 0},
    {"mq_timedsend", queueSend, 0, 0},
    {"timerfd", readTimer, 0, 0},
    {"io_getevents", aioEvents, 0, 0},
    {"io_pgetevents", aioEventsMasked, 0, 0},
    {"wait4", waitChild, 0, 0},
    {"waitid", waitIdChild, 0, 0},
    {"fcntl-setlkw", recordLock, 0, 0},
    {0, 0, 0, 0},
};

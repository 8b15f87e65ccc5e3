// Calls with a time limit of their own.
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
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
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

// A socket from which nothing ever comes and which takes nothing, with a time limit for both.
static int deafSocket(int type) {
  int pair[2];
  if (socketpair(AF_UNIX, type, 0, pair))
    return -1;
  char block[4096] = {0};
  while (send(pair[0], block, sizeof block, MSG_DONTWAIT) > 0)
    ;
  while (send(pair[0], block, 1, MSG_DONTWAIT) > 0)
    ;
  struct timeval limit = {0, span * 1000};
  setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  return pair[0];
}
#define DEAF(type)                                                                                                     \
  static int deaf = -1;                                                                                                \
  if (deaf < 0)                                                                                                        \
  deaf = deafSocket(type)
static char byte;
static struct iovec piece = {&byte, 1};
static int receive(void) {
  DEAF(SOCK_STREAM);
  return endsWith(recv(deaf, &byte, 1, 0), EAGAIN);
}
static int receiveAll(void) {
  DEAF(SOCK_STREAM);
  char two[2];
  return endsWith(recv(deaf, two, 2, MSG_WAITALL), EAGAIN);
}
static int receiveMessage(void) {
  DEAF(SOCK_DGRAM);
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  return endsWith(recvmsg(deaf, &message, 0), EAGAIN);
}
static int receiveMessages(void) {
  DEAF(SOCK_DGRAM);
  struct mmsghdr messages[2] = {{.msg_hdr = {.msg_iov = &piece, .msg_iovlen = 1}},
                                {.msg_hdr = {.msg_iov = &piece, .msg_iovlen = 1}}};
  return endsWith(recvmmsg(deaf, messages, 2, 0, NULL), EAGAIN);
}
static int readSocket(void) {
  DEAF(SOCK_STREAM);
  return endsWith(read(deaf, &byte, 1), EAGAIN);
}
static int readvSocket(void) {
  DEAF(SOCK_STREAM);
  return endsWith(readv(deaf, &piece, 1), EAGAIN);
}
static int sendSocket(void) {
  DEAF(SOCK_STREAM);
  return endsWith(send(deaf, &byte, 1, MSG_NOSIGNAL), EAGAIN);
}
static int sendMessage(void) {
  DEAF(SOCK_DGRAM);
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  return endsWith(sendmsg(deaf, &message, MSG_NOSIGNAL), EAGAIN);
}
static int sendMessages(void) {
  DEAF(SOCK_DGRAM);
  struct mmsghdr message = {.msg_hdr = {.msg_iov = &piece, .msg_iovlen = 1}};
  return endsWith(sendmmsg(deaf, &message, 1, MSG_NOSIGNAL), EAGAIN);
}
static int writeSocket(void) {
  DEAF(SOCK_STREAM);
  return endsWith(write(deaf, &byte, 1), EAGAIN);
}
static int writevSocket(void) {
  DEAF(SOCK_STREAM);
  return endsWith(writev(deaf, &piece, 1), EAGAIN);
}
static int spliceSocket(void) {
  DEAF(SOCK_STREAM);
  static int ends[2];
  if (!ends[1] && pipe(ends))
    return -1;
  return endsWith(splice(deaf, NULL, ends[1], NULL, 1, 0), EAGAIN);
}
static int sendFile(void) {
  DEAF(SOCK_STREAM);
  static int file;
  if (!file)
    file = open("/proc/self/exe", O_RDONLY);
  off_t from = 0;
  return endsWith(sendfile(deaf, file, &from, 1), EAGAIN);
}

static struct sockaddr_un nameOf(const char *what) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "livepatch-%d-%s", getpid(), what);
  return name;
}
static int listener(const char *what, int queue) {
  struct sockaddr_un name = nameOf(what);
  int server = socket(AF_UNIX, SOCK_STREAM, 0);
  struct timeval limit = {0, span * 1000};
  setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return bind(server, (struct sockaddr *)&name, sizeof name) || listen(server, queue) ? -1 : server;
}
static int acceptNobody(void) {
  static int server;
  if (!server)
    server = listener("accept", 1);
  return endsWith(accept(server, NULL, NULL), EAGAIN);
}
static int accept4Nobody(void) {
  static int server;
  if (!server)
    server = listener("accept4", 1);
  return endsWith(accept4(server, NULL, NULL, SOCK_CLOEXEC), EAGAIN);
}
static int connectFull(void) { // a queue that is full
  static int server;
  struct sockaddr_un name = nameOf("connect");
  if (!server) {
    server = listener("connect", 0);
    for (int i = 0; i < 4; ++i)
      connect(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), (struct sockaddr *)&name, sizeof name);
  }
  int client = socket(AF_UNIX, SOCK_STREAM, 0);
  struct timeval limit = {0, span * 1000};
  setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  int outcome = endsWith(connect(client, (struct sockaddr *)&name, sizeof name), EAGAIN), cause = errno;
  close(client);
  errno = cause;
  return outcome;
}

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
    {"recv", receive, 0, 0},
    {"recv-waitall", receiveAll, 0, 0},
    {"recvmsg", receiveMessage, 0, 0},
    {"recvmmsg", receiveMessages, 0, 0},
    {"read-socket", readSocket, 0, 0},
    {"readv-socket", readvSocket, 0, 0},
    {"send", sendSocket, 0, 0},
    {"sendmsg", sendMessage, 0, 0},
    {"sendmmsg", sendMessages, 0, 0},
    {"write-socket", writeSocket, 0, 0},
    {"writev-socket", writevSocket, 0, 0},
    {"splice", spliceSocket, 0, 0},
    {"sendfile", sendFile, 0, 0},
    {"accept", acceptNobody, 0, 0},
    {"accept4", accept4Nobody, 0, 0},
    {"connect", connectFull, 0, 0},
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

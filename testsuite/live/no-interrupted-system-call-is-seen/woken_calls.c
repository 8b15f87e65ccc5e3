// Calls without a time limit: another thread ends them.
#include "calls.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <pty.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static char byte;
static int one(long got) {
  return got == 1 ? 0 : -1;
}

#define PIPE(name)                                                                                                     \
  static int name[2];                                                                                                  \
  __attribute__((constructor)) static void make_##name(void) {                                                         \
    if (pipe(name))                                                                                                    \
      abort();                                                                                                         \
  }
#define PAIR(name)                                                                                                     \
  static int name[2];                                                                                                  \
  __attribute__((constructor)) static void make_##name(void) {                                                         \
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, name))                                                                     \
      abort();                                                                                                         \
  }
static void put(int file) {
  if (write(file, "x", 1) != 1)
    abort();
}

PIPE(pipeOfRead)
static int readPipe(void) {
  return one(read(pipeOfRead[0], &byte, 1));
}
static void wakePipe(void) {
  put(pipeOfRead[1]);
}
PIPE(pipeOfReadv)
static int readvPipe(void) {
  struct iovec v = {&byte, 1};
  return one(readv(pipeOfReadv[0], &v, 1));
}
static void wakeReadv(void) {
  put(pipeOfReadv[1]);
}
PAIR(pairOfRead)
static int readPair(void) {
  return one(read(pairOfRead[0], &byte, 1));
}
static void wakePair(void) {
  put(pairOfRead[1]);
}
PAIR(pairOfRecv)
static int receive(void) {
  return one(recv(pairOfRecv[0], &byte, 1, 0));
}
static void wakeReceive(void) {
  put(pairOfRecv[1]);
}
PAIR(pairOfMessage)
static int receiveMessage(void) {
  struct iovec v = {&byte, 1};
  struct msghdr message = {.msg_iov = &v, .msg_iovlen = 1};
  return one(recvmsg(pairOfMessage[0], &message, 0));
}
static void wakeMessage(void) {
  put(pairOfMessage[1]);
}

// What has been transferred in part may end there at any stop (docs/limitations.md): then it is gone on with, as a
// program does that has handlers of signals. Nothing may be lost, doubled, or end with EINTR.
PAIR(pairOfHalves)
static int receiveHalves(void) {
  char two[2];
  put(pairOfHalves[1]);
  ssize_t got = recv(pairOfHalves[0], two, 2, MSG_WAITALL);
  if (got == 1)
    got += recv(pairOfHalves[0], two + 1, 1, MSG_WAITALL);
  return got == 2 ? 0 : -1;
}
static void wakeHalves(void) {
  put(pairOfHalves[1]);
}

enum { much = 1 << 20 }; // more than a pipe or a socket holds
static void drain(int file) {
  static _Thread_local char block[65536];
  for (size_t left = much; left > 0;) {
    ssize_t got = read(file, block, left < sizeof block ? left : sizeof block);
    if (got <= 0)
      abort();
    left -= (size_t)got;
  }
}
static char *plenty(void) {
  static char block[much];
  return block;
}
PIPE(pipeOfWrite)
static int writeMuch(void) {
  for (size_t done = 0; done < much;) {
    ssize_t put = write(pipeOfWrite[1], plenty() + done, much - done);
    if (put <= 0)
      return -1;
    done += (size_t)put;
  }
  return 0;
}
static void wakeWrite(void) {
  drain(pipeOfWrite[0]);
}
PAIR(pairOfSend)
static int sendMuch(void) {
  for (size_t done = 0; done < much;) {
    ssize_t put = send(pairOfSend[1], plenty() + done, much - done, MSG_NOSIGNAL);
    if (put <= 0)
      return -1;
    done += (size_t)put;
  }
  return 0;
}
static void wakeSend(void) {
  drain(pairOfSend[0]);
}

static int terminal[2];
__attribute__((constructor)) static void makeTerminal(void) {
  if (openpty(&terminal[0], &terminal[1], NULL, NULL, NULL))
    abort();
}
static int readTerminal(void) {
  char line[8];
  return read(terminal[1], line, sizeof line) == 2 ? 0 : -1;
}
static void wakeTerminal(void) {
  if (write(terminal[0], "x\n", 2) != 2)
    abort();
}

static int counter;
static int readEventfd(void) {
  uint64_t value = 0;
  return read(counter, &value, sizeof value) == sizeof value && value == 1 ? 0 : -1;
}
static void wakeEventfd(void) {
  uint64_t value = 1;
  if (write(counter, &value, sizeof value) != sizeof value)
    abort();
}

static int watch;
static char watched[64];
static int readInotify(void) {
  char block[512];
  return read(watch, block, sizeof block) >= (ssize_t)sizeof(struct inotify_event) ? 0 : -1;
}
static void wakeInotify(void) {
  chmod(watched, 0600);
}

static int readSignalfd(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signalOfRow());
  int file = signalfd(-1, &set, 0);
  struct signalfd_siginfo info = {0};
  ssize_t got = read(file, &info, sizeof info);
  int cause = errno;
  close(file);
  errno = cause;
  return got == sizeof info ? tookSignal((int)info.ssi_signo) : -1;
}
static int waitSignal(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signalOfRow());
  return tookSignal(sigwaitinfo(&set, NULL));
}
static int suspend(void) { // ends with EINTR, and only when its signal has come
  sigset_t set;
  pthread_sigmask(SIG_SETMASK, NULL, &set);
  sigdelset(&set, signalOfRow());
  return endsWith(sigsuspend(&set), EINTR);
}
static int epollSuspended(void) { // the usual way to wait for a signal or a descriptor
  static int set;
  if (!set)
    set = epoll_create1(0);
  struct epoll_event event;
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, NULL, &mask);
  sigdelset(&mask, signalOfRow());
  return endsWith(epoll_pwait(set, &event, 1, -1, &mask), EINTR);
}
static int pauseForSignal(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signalOfRow());
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  int outcome = endsWith(pause(), EINTR), cause = errno;
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  errno = cause;
  return outcome;
}

static int serverSocket;
static struct sockaddr_un serverName;
static int acceptOne(void) {
  int client = accept(serverSocket, NULL, NULL);
  return client < 0 ? -1 : close(client);
}
static void wakeAccept(void) {
  int client = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(client, (struct sockaddr *)&serverName, sizeof serverName))
    abort();
  close(client);
}

static int messages, semaphores;
struct Message {
  long kind;
  char text[1];
};
static int receiveQueue(void) {
  struct Message m;
  return msgrcv(messages, &m, 1, 1, 0) == 1 ? 0 : -1;
}
static void wakeQueue(void) {
  struct Message m = {1, "x"};
  if (msgsnd(messages, &m, 1, 0))
    abort();
}
static int fullQueue;
static int sendQueue(void) {
  struct Message m = {1, "x"};
  return msgsnd(fullQueue, &m, 1, 0);
}
static void wakeFullQueue(void) {
  struct Message m;
  if (msgrcv(fullQueue, &m, 1, 1, 0) != 1)
    abort();
}
static int semaphoreDown(void) {
  struct sembuf down = {0, -1, 0};
  return (int)syscall(SYS_semop, semaphores, &down, 1L); // the C library calls semtimedop
}
static void wakeSemaphore(void) {
  struct sembuf up = {0, 1, 0};
  if (semop(semaphores, &up, 1))
    abort();
}

static int lockFile[2];
static int fileLock(void) { // the waker's descriptor holds it
  if (flock(lockFile[0], LOCK_EX))
    return -1;
  flock(lockFile[0], LOCK_UN);
  return flock(lockFile[1], LOCK_EX);
}
static void wakeLock(void) {
  flock(lockFile[1], LOCK_UN);
}
static int ownLockFile[2];
static struct flock whole(short type) {
  return (struct flock){.l_type = type, .l_whence = SEEK_SET};
}
static int descriptionLock(void) {
  struct flock lock = whole(F_WRLCK), none = whole(F_UNLCK);
  if (fcntl(ownLockFile[0], F_OFD_SETLKW, &lock))
    return -1;
  fcntl(ownLockFile[0], F_OFD_SETLK, &none);
  return fcntl(ownLockFile[1], F_OFD_SETLK, &lock);
}
static void wakeDescriptionLock(void) {
  struct flock none = whole(F_UNLCK);
  fcntl(ownLockFile[1], F_OFD_SETLK, &none);
}

static char fifo[64];
static int openFifo(void) {
  int file = open(fifo, O_RDONLY);
  return file < 0 ? -1 : close(file);
}
static void wakeFifo(void) {
  pthread_mutex_lock(&forking);
  close(open(fifo, O_RDWR | O_NONBLOCK)); // O_WRONLY would itself wait, and restart
  pthread_mutex_unlock(&forking);
}

static uint32_t futexWord;
static int futexWait(void) {
  while (__atomic_exchange_n(&futexWord, 0, __ATOMIC_SEQ_CST) == 0)
    if (syscall(SYS_futex, &futexWord, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0) && errno != EAGAIN)
      return -1;
  return 0;
}
static void wakeFutex(void) {
  __atomic_store_n(&futexWord, 1, __ATOMIC_SEQ_CST);
  syscall(SYS_futex, &futexWord, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}
static sem_t semaphore;
static int semaphoreWait(void) {
  return sem_wait(&semaphore);
}
static void wakeSemaphoreWait(void) {
  sem_post(&semaphore);
}
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int conditionMet;
static int conditionWait(void) {
  pthread_mutex_lock(&mutex);
  while (!conditionMet)
    pthread_cond_wait(&condition, &mutex);
  conditionMet = 0;
  return pthread_mutex_unlock(&mutex);
}
static void wakeCondition(void) {
  pthread_mutex_lock(&mutex);
  conditionMet = 1;
  pthread_cond_signal(&condition);
  pthread_mutex_unlock(&mutex);
}

__attribute__((constructor)) static void makeTheRest(void) {
  counter = eventfd(0, 0);
  watch = inotify_init1(0);
  strcpy(watched, "/tmp/livepatch-watched-XXXXXX");
  int file = mkstemp(watched);
  inotify_add_watch(watch, watched, IN_ATTRIB);
  serverSocket = socket(AF_UNIX, SOCK_STREAM, 0);
  serverName.sun_family = AF_UNIX;
  snprintf(serverName.sun_path + 1, sizeof serverName.sun_path - 1, "livepatch-%d-server", getpid());
  if (bind(serverSocket, (struct sockaddr *)&serverName, sizeof serverName) || listen(serverSocket, 8))
    abort();
  messages = msgget(IPC_PRIVATE, 0600 | IPC_CREAT);
  fullQueue = msgget(IPC_PRIVATE, 0600 | IPC_CREAT);
  struct msqid_ds limits;
  msgctl(fullQueue, IPC_STAT, &limits);
  limits.msg_qbytes = 1;
  msgctl(fullQueue, IPC_SET, &limits);
  sendQueue();
  semaphores = semget(IPC_PRIVATE, 1, 0600 | IPC_CREAT);
  char name[64];
  for (int i = 0; i < 2; ++i) {
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    lockFile[i] = open(name, O_RDWR);
    ownLockFile[i] = open(name, O_RDWR);
  }
  flock(lockFile[1], LOCK_EX);
  struct flock lock = whole(F_WRLCK);
  fcntl(ownLockFile[1], F_OFD_SETLK, &lock);
  snprintf(fifo, sizeof fifo, "%s.fifo", watched);
  mkfifo(fifo, 0600);
}
__attribute__((destructor)) static void takeDown(void) {
  unlink(watched);
  unlink(fifo);
  msgctl(messages, IPC_RMID, NULL);
  msgctl(fullQueue, IPC_RMID, NULL);
  semctl(semaphores, 0, IPC_RMID);
}

const struct Call wokenCalls[] = {
    {"read-pipe", readPipe, wakePipe, 0},
    {"readv-pipe", readvPipe, wakeReadv, 0},
    {"read-pair", readPair, wakePair, 0},
    {"recv-untimed", receive, wakeReceive, 0},
    {"recvmsg-untimed", receiveMessage, wakeMessage, 0},
    {"recv-halves", receiveHalves, wakeHalves, 0},
    {"write-much", writeMuch, wakeWrite, 0},
    {"send-much", sendMuch, wakeSend, 0},
    {"read-terminal", readTerminal, wakeTerminal, 0},
    {"eventfd", readEventfd, wakeEventfd, 0},
    {"inotify", readInotify, wakeInotify, 0},
    {"signalfd", readSignalfd, wakeBySignal, 0},
    {"sigwaitinfo", waitSignal, wakeBySignal, 0},
    {"sigsuspend", suspend, wakeBySignal, 0},
    {"epoll_pwait-signal", epollSuspended, wakeBySignal, 0},
    {"pause", pauseForSignal, wakeBySignal, 1},
    {"accept-untimed", acceptOne, wakeAccept, 0},
    {"msgrcv", receiveQueue, wakeQueue, 0},
    {"msgsnd", sendQueue, wakeFullQueue, 0},
    {"semop", semaphoreDown, wakeSemaphore, 0},
    {"flock", fileLock, wakeLock, 0},
    {"fcntl-ofd-setlkw", descriptionLock, wakeDescriptionLock, 0},
    {"open-fifo", openFifo, wakeFifo, 1},
    {"futex-untimed", futexWait, wakeFutex, 0},
    {"sem_wait", semaphoreWait, wakeSemaphoreWait, 0},
    {"pthread_cond_wait", conditionWait, wakeCondition, 0},
    {0, 0, 0, 0},
};
